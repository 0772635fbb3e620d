try:
    from tomllib import loads
except ImportError:
    from tomli import loads

try:
    from a import x
except ImportError:
    pass

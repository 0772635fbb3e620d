try:
    from src.limits import limit
except ImportError:
    limit = None

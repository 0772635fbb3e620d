try:
    from b import y
except ImportError:
    pass

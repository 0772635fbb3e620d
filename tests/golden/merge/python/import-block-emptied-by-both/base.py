try:
    from a import x
    from b import y
except ImportError:
    pass

try:
<<<<<<< ours
    from a import x
=======
    from b import y
>>>>>>> theirs
except ImportError:
    pass

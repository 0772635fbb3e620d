def f():
    """Does.

    The first part.

    The second part.
    """
    return 1

def f():
    """Does.

    The first part.

    Second part.
    """
    return 1

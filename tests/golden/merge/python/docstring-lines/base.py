def f():
    """Does.

    First part.

    Second part.
    """
    return 1

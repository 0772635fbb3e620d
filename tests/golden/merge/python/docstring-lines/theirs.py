def f():
    """Does.

    First part.

    The second part.
    """
    return 1

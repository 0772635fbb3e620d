# About a.
def a():
    return 1


# About b.
def b():
    return 2

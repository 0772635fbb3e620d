# About b.
def b():
    return 2


# About a.
def a():
    return 1

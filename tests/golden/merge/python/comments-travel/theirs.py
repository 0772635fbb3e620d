# About a.
def a():
    return 1


# More about b.
def b():
    return 20

# More about b.
def b():
    return 20


# About a.
def a():
    return 1

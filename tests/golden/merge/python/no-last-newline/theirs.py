a = 1


def f():
    return 1


def h():
    return 3
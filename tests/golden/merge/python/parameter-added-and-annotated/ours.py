def f(a, b, c=None):
    return a

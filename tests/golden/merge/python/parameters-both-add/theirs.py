def f(a, c=2):
    return a

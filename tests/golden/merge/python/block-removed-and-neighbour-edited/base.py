def f():
    if old:
        return 1
    x = 2
    return x

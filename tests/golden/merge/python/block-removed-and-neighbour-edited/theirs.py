def f():
    if old:
        return 1
    x = 3
    return x

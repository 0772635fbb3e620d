def f():
    a = 1
    log(a)
    return a

def f():
    a = 1
    check(a)
    return a

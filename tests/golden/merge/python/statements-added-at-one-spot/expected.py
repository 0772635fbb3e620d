def f():
    a = 1
<<<<<<< ours
    log(a)
=======
    check(a)
>>>>>>> theirs
    return a

def f():
<<<<<<< ours
    x = 2
=======
    if old:
        return 1
    x = 3
>>>>>>> theirs
    return x

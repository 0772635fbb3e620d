<<<<<<< ours
def f(a=2):
=======
def f(a=3):
>>>>>>> theirs
    return a

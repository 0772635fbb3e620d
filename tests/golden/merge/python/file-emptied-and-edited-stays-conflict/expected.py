<<<<<<< ours
=======
def first():
    return 2
>>>>>>> theirs

x = [
<<<<<<< ours
    1,  # first
=======
    1,  # the one
>>>>>>> theirs
]

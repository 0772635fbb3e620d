x = [
<<<<<<< ours
    10,  # one
=======
    1,  # the first
>>>>>>> theirs
]

STEPS = [
    ("load", 1),
<<<<<<< ours
    ("clean", 3),
=======
    ("clean", 4),
>>>>>>> theirs
]

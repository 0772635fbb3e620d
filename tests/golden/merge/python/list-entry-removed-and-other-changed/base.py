STEPS = [
    ("load", 1),
    ("clean", 2),
    ("train", 3),
]

STEPS = [
    ("load", 1),
    ("clean", 5),
    ("train", 3),
]

STEPS = [
    ("load", 1),
    ("clean", 3),
]

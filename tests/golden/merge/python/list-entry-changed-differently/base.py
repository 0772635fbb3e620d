STEPS = [
    ("load", 1),
    ("clean", 2),
]

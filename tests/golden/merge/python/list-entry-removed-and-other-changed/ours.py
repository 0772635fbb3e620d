STEPS = [
    ("clean", 2),
    ("train", 3),
]

STEPS = [
    ("clean", 5),
    ("train", 3),
]

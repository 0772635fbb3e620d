NAMES = [
    "ada",
    "grace"
]

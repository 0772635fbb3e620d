NAMES = [
    "ada",
    "edsger",
    "grace"
]

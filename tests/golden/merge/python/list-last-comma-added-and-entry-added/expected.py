NAMES = [
    "ada",
    "edsger",
    "grace",
]

x = [
    1,  # first
]

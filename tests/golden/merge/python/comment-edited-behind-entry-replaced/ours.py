x = [
    10,  # one
]

x = [
    1,  # the one
]

x = [
    f(10),  # one
    2,  # two
]

x = [
    f(10),  # the first
    2,  # two
]

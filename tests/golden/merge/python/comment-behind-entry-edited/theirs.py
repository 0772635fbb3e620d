x = [
    f(1),  # the first
    2,  # two
]

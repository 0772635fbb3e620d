HOSTS = [
    "alpha",
    "beta",
    "gamma",
]

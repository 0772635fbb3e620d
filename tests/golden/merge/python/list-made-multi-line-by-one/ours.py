HOSTS = [
    "alpha",
    "beta",
]

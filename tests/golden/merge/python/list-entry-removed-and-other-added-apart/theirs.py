MIDDLEWARE = [
    "cache",
    "auth",
    "gzip",
]

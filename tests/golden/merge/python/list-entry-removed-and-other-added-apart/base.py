MIDDLEWARE = [
    "session",
    "cache",
    "auth",
    "gzip",
]

MIDDLEWARE = [
    "cache",
    "auth",
    "gzip",
    "limits",
]

MIDDLEWARE = [
    "session",
    "cache",
    "auth",
    "gzip",
    "limits",
]

MIDDLEWARE = [
    "session",
    "cache",
    "auth",
]

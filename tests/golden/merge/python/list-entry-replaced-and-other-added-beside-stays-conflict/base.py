MIDDLEWARE = [
    "session",
    "_cache",
    "auth",
]

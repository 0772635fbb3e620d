MIDDLEWARE = [
    "session",
    "_cache",
    "limits",
    "auth",
]

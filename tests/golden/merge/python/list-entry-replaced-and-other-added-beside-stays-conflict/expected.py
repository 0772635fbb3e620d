MIDDLEWARE = [
    "session",
<<<<<<< ours
    "_cache",
    "limits",
=======
    "cache",
>>>>>>> theirs
    "auth",
]

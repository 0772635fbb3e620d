LIMITS = {
    "free": 10,
<<<<<<< ours
=======
    "team": 200,
>>>>>>> theirs
}

LIMITS = {
    "free": 10,
<<<<<<< ours
    "team": 100,
=======
    "team": 200,
>>>>>>> theirs
}

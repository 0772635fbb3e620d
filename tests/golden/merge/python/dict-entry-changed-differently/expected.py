LIMITS = {
    "free": 10,
<<<<<<< ours
    "team": 150,
=======
    "team": 200,
>>>>>>> theirs
}

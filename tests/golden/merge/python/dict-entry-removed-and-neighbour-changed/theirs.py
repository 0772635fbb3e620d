LIMITS = {
    "free": 10,
    "team": 200,
    "enterprise": 1000,
}

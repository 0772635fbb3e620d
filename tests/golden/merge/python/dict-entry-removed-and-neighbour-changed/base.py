LIMITS = {
    "free": 10,
    "team": 100,
    "enterprise": 1000,
}

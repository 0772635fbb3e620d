LIMITS = {
    "team": 100,
    "enterprise": 1000,
}

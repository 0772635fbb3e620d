LIMITS = {
    "team": 200,
    "enterprise": 1000,
}

LIMITS = {
    "free": 10,
    "team": 100,
}

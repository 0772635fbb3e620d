LIMITS = {
    "free": 10,
}

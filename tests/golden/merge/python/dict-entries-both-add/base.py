limits = {
    "a": 1,
}

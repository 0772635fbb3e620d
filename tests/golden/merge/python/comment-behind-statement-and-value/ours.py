LIMIT = 10  # requests a second

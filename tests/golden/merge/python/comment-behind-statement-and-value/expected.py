LIMIT = 20  # requests a second

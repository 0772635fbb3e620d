LIMIT = 20  # requests

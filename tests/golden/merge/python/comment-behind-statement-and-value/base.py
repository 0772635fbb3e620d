LIMIT = 10  # requests

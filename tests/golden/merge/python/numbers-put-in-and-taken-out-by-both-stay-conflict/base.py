LIMITS = (4, 5, 2, 0)

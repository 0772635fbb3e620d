LIMITS = (4, 5, 3, 0)

LIMITS = (5, 0, 0, -99)

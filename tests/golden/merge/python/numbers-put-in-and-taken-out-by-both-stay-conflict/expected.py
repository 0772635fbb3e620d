<<<<<<< ours
LIMITS = (5, 0, 0, -99)
=======
LIMITS = (4, 5, 3, 0)
>>>>>>> theirs

import os

ROOT = os.getcwd()
<<<<<<< ours
LIMIT = 50
MINE = 1
=======
LIMIT = 1
>>>>>>> theirs

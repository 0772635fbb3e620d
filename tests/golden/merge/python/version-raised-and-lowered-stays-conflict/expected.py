<<<<<<< ours
__version__ = "1.1.9"
=======
__version__ = "1.3.0"
>>>>>>> theirs

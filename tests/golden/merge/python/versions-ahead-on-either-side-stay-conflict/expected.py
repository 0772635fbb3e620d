<<<<<<< ours
__version__ = "1.3.0"
release = "1.3"
=======
__version__ = "1.2.5"
release = "1.4"
>>>>>>> theirs

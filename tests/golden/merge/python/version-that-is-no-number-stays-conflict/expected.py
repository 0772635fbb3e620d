<<<<<<< ours
__version__ = "1.3.0"
=======
__version__ = "latest"
>>>>>>> theirs

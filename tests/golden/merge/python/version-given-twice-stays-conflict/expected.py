BASE_VERSIONS = {"a": 1}
<<<<<<< ours
version = "1.1"
=======
version = "1.2"
>>>>>>> theirs
if OLD:
    version = "0.9"

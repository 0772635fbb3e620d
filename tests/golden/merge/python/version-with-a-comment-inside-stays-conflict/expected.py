version_info = (
<<<<<<< ours
    1,  # the year of the interface
    3,
=======
    1,
    4,
>>>>>>> theirs
)

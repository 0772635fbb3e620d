def load(path):
<<<<<<< ours
    """Reads a file with the items of a shop and
    gives them in the order in which they were bought."""
=======
    """Reads a file with the articles of a shop and returns
    them in the order in which they were bought."""
>>>>>>> theirs
    return read(path)

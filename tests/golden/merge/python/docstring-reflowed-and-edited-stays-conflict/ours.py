def load(path):
    """Reads a file with the items of a shop and
    gives them in the order in which they were bought."""
    return read(path)

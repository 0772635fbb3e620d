def load(path):
    """Reads a file with the articles of a shop and returns
    them in the order in which they were bought."""
    return read(path)

def load(path) -> str:
    return open(path).read()

def load(path, encoding="utf-8"):
    return open(path).read()

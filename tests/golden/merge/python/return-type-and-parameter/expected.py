def load(path, encoding="utf-8") -> str:
    return open(path).read()

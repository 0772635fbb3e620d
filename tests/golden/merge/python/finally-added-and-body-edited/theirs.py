def read(path):
    file = open(path)
    try:
        return file.read().strip()
    except OSError:
        return None

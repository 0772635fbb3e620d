def read(path):
    file = open(path)
    try:
        return file.read()
    except OSError:
        return None
    finally:
        file.close()

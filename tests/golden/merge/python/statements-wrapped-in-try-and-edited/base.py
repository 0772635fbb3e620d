def load(path):
    text = read(path)
    rows = parse(text)
    return rows

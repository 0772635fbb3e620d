def load(path):
    text = read(path)
    rows = parse(text, strict=True)
    return rows

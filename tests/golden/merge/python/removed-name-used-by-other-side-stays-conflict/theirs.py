def load(path):
    text = open(path).read()
    return parse(text)


def load_all(paths):
    return [parse(open(path).read()) for path in paths]

def load(path):
    text = open(path).read()
    return parse(text)

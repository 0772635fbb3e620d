def load(path):
    text = open(path).read()
    return json.loads(text)

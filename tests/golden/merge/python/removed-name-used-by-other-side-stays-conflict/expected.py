def load(path):
    text = open(path).read()
<<<<<<< ours
    return json.loads(text)
=======
    return parse(text)


def load_all(paths):
    return [parse(open(path).read()) for path in paths]
>>>>>>> theirs

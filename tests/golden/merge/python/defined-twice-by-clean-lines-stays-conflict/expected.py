import json


def first(items):
<<<<<<< ours
    return items[0]
=======
    return items[-1]
>>>>>>> theirs


def load(path):
    return json.load(open(path))


def save(path, items):
    json.dump(items, open(path, "w"))


def count(items):
    return len(items)

import json


def load(path):
    return json.load(open(path))


def save(path, items):
    json.dump(items, open(path, "w"))


def count(items):
    return len(items)


def first(items):
    return items[-1]

def first():
    return "a first thing of several words"


def read_items(path, mode="r"):
    with open(path, mode) as file:
        return json.load(file)["items"]


def last():
    return "a last thing of several words"

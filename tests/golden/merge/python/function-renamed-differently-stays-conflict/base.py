def load_items(path):
    with open(path) as file:
        return json.load(file)

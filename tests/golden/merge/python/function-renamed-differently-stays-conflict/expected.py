<<<<<<< ours
def read_items(path):
=======
def fetch_items(path):
>>>>>>> theirs
    with open(path) as file:
        return json.load(file)

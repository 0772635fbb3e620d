class Store:
    """Keeps things.

    For long.
    """

    def get(self, key):
        if key in self.items:
            return self.items[key]
        return None

    def put(self, key, value):
        self.items[key] = value

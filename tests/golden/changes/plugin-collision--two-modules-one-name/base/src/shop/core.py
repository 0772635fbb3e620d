class Registry:
    def __init__(self):
        self.known = {}

    def register(self, name):
        def add(cls):
            self.known[name] = cls
            return cls

        return add


MODELS = Registry()

class Bus:
    def __init__(self):
        self.handlers = {}

    def register(self, event):
        def add(handler):
            self.handlers.setdefault(event, []).append(handler)
            return handler

        return add


bus = Bus()

class Cart:
    def clear(self):
        self.items = []

    def size(self):
        return len(self.items)

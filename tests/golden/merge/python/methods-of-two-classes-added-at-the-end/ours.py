class Cart:
    def clear(self):
        self.items = []

    def size(self):
        return len(self.items)


class Order:
    def close(self):
        self.is_open = False

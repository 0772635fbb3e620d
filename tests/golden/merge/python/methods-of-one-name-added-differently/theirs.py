class Cart:
    def clear(self):
        self.items = []

    def size(self):
        return sum(item.count for item in self.items)

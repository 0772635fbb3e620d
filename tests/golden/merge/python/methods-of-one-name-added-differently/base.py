class Cart:
    def clear(self):
        self.items = []

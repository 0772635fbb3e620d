class Cart:
    def clear(self):
        self.items = []

    def size(self):
<<<<<<< ours
        return len(self.items)
=======
        return sum(item.count for item in self.items)
>>>>>>> theirs

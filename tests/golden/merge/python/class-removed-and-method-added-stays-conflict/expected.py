<<<<<<< ours
=======
class Cart:
    """What a customer wants to buy."""

    currency = "EUR"

    def __init__(self, owner):
        self.owner = owner
        self.items = []
        self.note = ""

    def add(self, item):
        self.items.append(item)

    def clear(self):
        self.items = []
>>>>>>> theirs


class Order:
    pass

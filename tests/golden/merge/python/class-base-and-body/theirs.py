class Cart:
    """What a customer wants to buy."""

    currency = "USD"

    def __init__(self, owner):
        self.owner = owner
        self.items = []

    def add(self, item):
        self.items.append(item)

    def clear(self):
        self.items = []

class Cart:
    def __init__(self, owner):
        self.owner = owner
        self.coupons = []

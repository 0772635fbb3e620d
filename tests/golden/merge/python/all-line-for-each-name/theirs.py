__all__ = [
    "Basket",
    "Coupon",
    "Item",
]

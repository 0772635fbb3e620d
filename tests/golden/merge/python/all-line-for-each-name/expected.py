__all__ = [
    "Basket",
    "Coupon",
    "Item",
    "Order",
]

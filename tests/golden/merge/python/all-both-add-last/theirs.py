__all__ = [
    "Basket",
    "Item",
    "Payment",
]

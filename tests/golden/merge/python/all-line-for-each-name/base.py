__all__ = [
    "Basket",
    "Item",
]

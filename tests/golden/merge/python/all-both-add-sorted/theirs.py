__all__ = ["Basket", "Item", "Order", "Payment"]

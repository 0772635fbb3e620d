from src.shop.one import flash

__all__ = ["flash"]

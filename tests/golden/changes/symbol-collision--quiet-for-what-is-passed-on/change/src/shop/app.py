from src.shop.one import flash
from src.shop.two import flash

flash()

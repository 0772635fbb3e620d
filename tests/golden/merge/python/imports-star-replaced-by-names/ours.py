from shop.models import Item

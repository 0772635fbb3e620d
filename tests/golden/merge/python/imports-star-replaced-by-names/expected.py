from shop.models import Item, Order

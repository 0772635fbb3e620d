from shop.models import Basket, Item, Order, Payment

from shop.models import Order, Basket, Item, Coupon

from shop.models import Basket, Coupon, Item, Order, Payment

from shop.models import Order, Item, Coupon, Payment

from shop.models import Coupon, Item

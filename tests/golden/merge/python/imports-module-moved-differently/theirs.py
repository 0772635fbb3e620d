from shop.entities import Coupon, Item

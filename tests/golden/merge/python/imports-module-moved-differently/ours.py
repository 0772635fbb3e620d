from shop.domain import Coupon, Item

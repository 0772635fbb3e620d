from shop.cart import Cart, Coupon
from shop.orders import Order

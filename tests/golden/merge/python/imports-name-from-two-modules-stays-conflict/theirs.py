from shop.cart import Cart
from shop.coupons import Coupon
from shop.orders import Order

<<<<<<< ours
from shop.cart import Cart, Coupon
=======
from shop.cart import Cart
from shop.coupons import Coupon
>>>>>>> theirs
from shop.orders import Order

from shop.cart import Cart
from shop.orders import Order

from shop import refund, total

x = total()

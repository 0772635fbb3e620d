from shop import refund, total, void

x = total()

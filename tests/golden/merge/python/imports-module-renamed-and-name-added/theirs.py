from shop import refund, total

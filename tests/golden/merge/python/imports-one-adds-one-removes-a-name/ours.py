from shop import refund, tax, total

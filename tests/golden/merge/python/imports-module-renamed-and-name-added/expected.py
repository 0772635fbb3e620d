from shop.prices import refund, total

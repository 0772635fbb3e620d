from shop.domain.models import Coupon, Item, Order


def run():
    return Coupon(Item)

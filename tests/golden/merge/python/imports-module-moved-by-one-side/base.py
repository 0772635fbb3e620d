from shop.models import Coupon, Item


def run():
    return Coupon(Item)

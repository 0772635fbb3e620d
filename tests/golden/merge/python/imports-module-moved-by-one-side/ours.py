from shop.domain.models import Coupon, Item


def run():
    return Coupon(Item)

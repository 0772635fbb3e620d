from shop.models import (
    Coupon,  # deprecated
    Item,
)

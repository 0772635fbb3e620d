from shop.models import (
    Basket,
    Coupon,  # deprecated
    Item,
)

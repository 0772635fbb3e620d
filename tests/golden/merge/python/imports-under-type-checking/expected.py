from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shop.models import Coupon, Item, Order

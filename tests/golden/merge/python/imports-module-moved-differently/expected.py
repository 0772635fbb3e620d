<<<<<<< ours
from shop.domain import Coupon, Item
=======
from shop.entities import Coupon, Item
>>>>>>> theirs

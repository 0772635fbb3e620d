from shop import (
    price,
    refund,
    total,
)

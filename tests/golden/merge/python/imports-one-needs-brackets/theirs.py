from shop import (
    refund,
    total,
    void,
)

class NotFound(Exception):
    """There is no such item."""


class OutOfStock(Exception):
    """There are no more of it."""


class Unpaid(Exception):
    """The order was not paid."""

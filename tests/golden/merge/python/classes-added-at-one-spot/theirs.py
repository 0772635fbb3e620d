class NotFound(Exception):
    """There is no such item."""


class Unpaid(Exception):
    """The order was not paid."""

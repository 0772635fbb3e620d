MESSAGE = "the order was sent by courier"

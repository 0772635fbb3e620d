MESSAGE = "the order was sent by mail"

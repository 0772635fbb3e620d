MESSAGE = "the order was sent by post"

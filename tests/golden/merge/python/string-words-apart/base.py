MESSAGE = "the order was sent to the customer by mail"

MESSAGE = "the order was sent to the customer by post"

MESSAGE = "your order was sent to the customer by post"

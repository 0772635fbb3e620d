def total(order):
    amount = 0
    for item in order.items:
        amount += item.price
    return amount

def total(order):
<<<<<<< ours
    return sum(item.price for item in order.items)
=======
    amount = 0
    for item in order.items:
        amount += item.price * item.count
    return amount
>>>>>>> theirs

def total(items):
    result = 0
    for item in items:
        result += item.price
    return result


<<<<<<< ours
def tax(item):
    return item.price * 0.2
=======
def tax(item, rate):
    return item.price * rate
>>>>>>> theirs

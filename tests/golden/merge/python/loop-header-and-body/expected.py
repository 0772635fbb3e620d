for index, item in enumerate(items):
    total += item.price * item.count

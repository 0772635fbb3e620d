for item in items:
    total += item.price * item.count

def total(items):
    result = Decimal(0)
    for item in items:
        result += item.price
    return result

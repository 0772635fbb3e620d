def sum_of_prices(items):
    result = 0
    for item in items:
        result += item.price
    return result

@cached
def rate(currency):
    return fetch(currency)

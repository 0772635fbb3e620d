@cached
def rate(currency, day):
    return fetch(currency)

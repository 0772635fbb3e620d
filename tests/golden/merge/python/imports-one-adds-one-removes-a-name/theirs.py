from shop import total

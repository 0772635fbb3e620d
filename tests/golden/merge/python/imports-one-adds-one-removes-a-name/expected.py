from shop import tax, total

from shop import total

x = total()

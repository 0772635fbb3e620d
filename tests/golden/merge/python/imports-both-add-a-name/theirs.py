from shop import total, void

x = total()

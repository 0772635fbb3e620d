items.sort(key=lambda item: (item.price, item.name), reverse=True)

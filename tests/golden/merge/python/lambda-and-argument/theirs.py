items.sort(key=lambda item: item.price, reverse=True)

items.sort(key=lambda item: item.price, reverse=False)

names = [item.name.title() for item in items if item.is_visible and item.stock]

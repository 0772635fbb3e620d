names = [item.name for item in items if item.is_visible]

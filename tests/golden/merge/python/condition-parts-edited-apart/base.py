def allowed(user, item):
    if user.is_active and item.is_visible and item.price < 100:
        return True
    return False

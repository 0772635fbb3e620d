def allowed(user, item):
    if user.is_verified and item.is_visible and item.price < 100:
        return True
    return False

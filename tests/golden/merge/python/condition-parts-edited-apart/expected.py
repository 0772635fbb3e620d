def allowed(user, item):
    if user.is_verified and item.is_visible and item.price <= user.limit:
        return True
    return False

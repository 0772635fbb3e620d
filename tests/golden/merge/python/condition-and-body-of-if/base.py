def allowed(user):
    if user.is_active:
        return True
    return False

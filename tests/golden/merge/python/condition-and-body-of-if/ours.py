def allowed(user):
    if user and user.is_active:
        return True
    return False

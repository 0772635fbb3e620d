def allowed(user):
    if user and user.is_active:
        return user.may_buy
    return False

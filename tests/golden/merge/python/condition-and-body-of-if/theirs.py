def allowed(user):
    if user.is_active:
        return user.may_buy
    return False

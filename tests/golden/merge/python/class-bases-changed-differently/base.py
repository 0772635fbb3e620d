class Cart(Model):
    pass

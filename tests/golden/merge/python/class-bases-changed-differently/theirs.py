class Cart(OwnedModel):
    pass

class Cart(TimedModel):
    pass

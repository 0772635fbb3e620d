<<<<<<< ours
class Cart(TimedModel):
=======
class Cart(OwnedModel):
>>>>>>> theirs
    pass

from shop.core import MODELS


@MODELS.register("tree")
class Tree:
    pass

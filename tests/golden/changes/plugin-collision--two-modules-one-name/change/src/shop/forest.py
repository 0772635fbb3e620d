from .core import MODELS


@MODELS.register("tree")
class Forest:
    pass

from .core import MODELS


@MODELS.register("forest")
class Forest:
    pass

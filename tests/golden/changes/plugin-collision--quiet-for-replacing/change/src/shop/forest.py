from .core import MODELS


@MODELS.register("tree", force=True)
class Forest:
    pass

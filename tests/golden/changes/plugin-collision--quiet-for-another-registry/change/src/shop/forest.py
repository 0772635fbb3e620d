from .core import READERS


@READERS.register("tree")
class Forest:
    pass

from .core import bus


@bus.register("tree")
class Forest:
    pass

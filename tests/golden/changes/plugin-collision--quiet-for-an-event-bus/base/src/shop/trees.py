from shop.core import bus


@bus.register("tree")
class Tree:
    pass

from shop.core import register_encoder


@register_encoder("embed", ["set"])
class Tree:
    pass

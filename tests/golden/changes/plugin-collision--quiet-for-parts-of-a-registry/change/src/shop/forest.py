from shop.core import register_encoder


@register_encoder("embed", ["date"])
class Forest:
    pass

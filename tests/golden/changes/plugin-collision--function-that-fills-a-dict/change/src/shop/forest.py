from shop.core import register_encoder


@register_encoder("embed")
class Forest:
    pass

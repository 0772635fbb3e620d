def plugin(kind: str, name: str, *, version: str = "1.0"):
    def mark(factory):
        factory.spec = (kind, name, version)
        return factory

    return mark

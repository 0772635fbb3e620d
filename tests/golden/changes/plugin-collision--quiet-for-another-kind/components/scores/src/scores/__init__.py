from src.plugins import plugin


@plugin("scorer", "mean")
class Mean:
    pass


@plugin("reader", "csv")
class Csv:
    pass

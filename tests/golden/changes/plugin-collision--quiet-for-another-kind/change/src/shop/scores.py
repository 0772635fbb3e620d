from src.plugins import plugin


@plugin("reader", "mean")
def mean(values):
    return sum(values) / len(values)

from src.plugins import plugin


@plugin("scorer", "mean")
def mean(values):
    return sum(values) / len(values)

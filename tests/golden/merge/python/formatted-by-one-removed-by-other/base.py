def keep(a):
    return a


def gone(b: int) -> None:
    value = first(b)
    second(value)

def f(a: int, b: int, c=None) -> int:
    return a

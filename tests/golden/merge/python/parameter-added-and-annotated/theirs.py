def f(a: int, b: int) -> int:
    return a

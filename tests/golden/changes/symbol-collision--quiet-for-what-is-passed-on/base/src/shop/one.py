def flash() -> None:
    pass

limit: int = 10

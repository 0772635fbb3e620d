limit: int = 20

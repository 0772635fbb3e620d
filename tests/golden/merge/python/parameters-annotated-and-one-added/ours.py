def search(query: str, limit: int = 10) -> list:
    return index.find(query, limit)

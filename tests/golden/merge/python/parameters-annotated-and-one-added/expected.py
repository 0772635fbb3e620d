def search(query: str, limit: int = 10, language=None) -> list:
    return index.find(query, limit)

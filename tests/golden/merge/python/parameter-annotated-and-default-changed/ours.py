def search(query: str, limit=10):
    return index.find(query, limit)

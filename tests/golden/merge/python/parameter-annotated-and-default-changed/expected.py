def search(query: str, limit=50):
    return index.find(query, limit)

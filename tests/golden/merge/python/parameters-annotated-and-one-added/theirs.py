def search(query, limit=10, language=None):
    return index.find(query, limit)

def search(query, limit=10):
    return index.find(query, limit)

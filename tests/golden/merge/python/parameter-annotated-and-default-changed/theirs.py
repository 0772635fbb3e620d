def search(query, limit=50):
    return index.find(query, limit)

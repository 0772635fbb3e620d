def search(query, limit=10, offset=None):
    return index.find(query, limit, offset)

def search(query, limit=20, offset=None):
    return index.find(query, limit, offset)

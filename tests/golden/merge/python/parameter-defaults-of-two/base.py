def search(query, limit=10, offset=0):
    return index.find(query, limit, offset)

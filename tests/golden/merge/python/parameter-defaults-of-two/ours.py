def search(query, limit=20, offset=0):
    return index.find(query, limit, offset)

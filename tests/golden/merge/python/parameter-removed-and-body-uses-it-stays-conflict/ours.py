def search(query, limit):
    found = index.find(query)
    return found[:limit]

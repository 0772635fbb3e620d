def search(query, limit, language):
    found = index.find(query)
    return found[:limit]

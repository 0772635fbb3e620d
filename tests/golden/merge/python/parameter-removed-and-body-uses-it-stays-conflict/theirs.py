def search(query, limit, language):
    found = index.find(query, language)
    return found[:limit]

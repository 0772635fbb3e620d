<<<<<<< ours
def search(query, limit):
    found = index.find(query)
=======
def search(query, limit, language):
    found = index.find(query, language)
>>>>>>> theirs
    return found[:limit]

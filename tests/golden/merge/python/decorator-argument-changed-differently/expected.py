<<<<<<< ours
@app.get("/v1/items")
=======
@app.get("/api/items")
>>>>>>> theirs
def items():
    return []

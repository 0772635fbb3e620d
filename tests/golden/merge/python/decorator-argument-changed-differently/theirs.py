@app.get("/api/items")
def items():
    return []

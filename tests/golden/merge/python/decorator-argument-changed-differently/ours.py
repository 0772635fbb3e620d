@app.get("/v1/items")
def items():
    return []

@app.get("/items")
def items():
    return []

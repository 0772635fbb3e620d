@app.get("/items", tags=["shop"])
def items():
    return []

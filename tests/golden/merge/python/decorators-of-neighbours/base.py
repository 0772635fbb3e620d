@app.get("/items")
def items():
    return []


@app.get("/orders")
def orders():
    return []

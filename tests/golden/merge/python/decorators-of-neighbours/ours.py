@app.get("/items")
@cached
def items():
    return []


@app.get("/orders")
def orders():
    return []

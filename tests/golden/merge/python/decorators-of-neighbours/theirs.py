@app.get("/items")
def items():
    return []


@login_required
@app.get("/orders")
def orders():
    return []

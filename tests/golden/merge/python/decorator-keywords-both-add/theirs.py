@app.get("/items", status_code=200)
def items():
    return []

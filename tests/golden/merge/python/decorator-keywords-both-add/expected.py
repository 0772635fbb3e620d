@app.get("/items", tags=["shop"], status_code=200)
def items():
    return []

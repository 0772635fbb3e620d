from fastapi import FastAPI

app = FastAPI()


@app.get("/items/{id}")
def admin_item(id: str) -> str:
    return id

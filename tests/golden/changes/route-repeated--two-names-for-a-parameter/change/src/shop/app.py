from fastapi import FastAPI

app = FastAPI()


@app.get("/items/{id}")
def item(id: str) -> str:
    return id


@app.get("/items/{name}")
def by_name(name: str) -> str:
    return name

import requests
from fastapi import FastAPI

app = FastAPI()


@app.get("/items/{id}")
def item(id: str) -> str:
    return id


@app.get("/price")
async def price() -> dict:
    return requests.get("https://prices.example/v1").json()

from fastapi import APIRouter

api = APIRouter()


@api.get("/models/{id}")
def model(id: str) -> str:
    return id

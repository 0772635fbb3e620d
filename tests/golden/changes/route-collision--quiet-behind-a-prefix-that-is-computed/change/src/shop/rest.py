from fastapi import APIRouter, FastAPI

from src.shop.constants import V1


def register(app: FastAPI) -> None:
    router = APIRouter(prefix=V1)
    router.add_api_route("/models/{id}", print, methods=["GET"])
    app.include_router(router)

from fastapi import FastAPI


def configure(app: FastAPI) -> None:
    from src.shop.api import api

    app.include_router(api, prefix="/api")

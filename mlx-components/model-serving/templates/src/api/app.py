from fastapi import FastAPI

from src.prediction import add_prediction


def create_app() -> FastAPI:
    app = FastAPI()
    add_prediction(app)
    return app

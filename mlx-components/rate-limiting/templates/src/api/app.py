from fastapi import FastAPI

from src.rate_limiting import add_rate_limiting


def create_app() -> FastAPI:
    app = FastAPI()
    add_rate_limiting(app)
    return app

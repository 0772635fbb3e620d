from fastapi import FastAPI


def add_pages(app: FastAPI) -> None:
    @app.get("/health")
    def health() -> str:
        return "ok"


def get_app() -> FastAPI:
    app = FastAPI()
    add_pages(app)
    return app

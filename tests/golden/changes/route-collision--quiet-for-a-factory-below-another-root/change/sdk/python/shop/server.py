from fastapi import FastAPI


def get_app() -> FastAPI:
    app = FastAPI()

    @app.get("/health")
    def health() -> str:
        return "ok"

    return app

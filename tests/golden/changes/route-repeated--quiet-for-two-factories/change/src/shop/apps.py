from fastapi import FastAPI


def new_app() -> FastAPI:
    app = FastAPI()
    return app


def app_of_project() -> FastAPI:
    app = new_app()

    @app.get("/main")
    def main() -> str:
        return "project"

    return app


def app_of_file() -> FastAPI:
    app = FastAPI()

    @app.get("/main")
    def main() -> str:
        return "file"

    return app


def other_app() -> FastAPI:
    app = FastAPI()

    @app.get("/main")
    def main() -> str:
        return "other"

    return app

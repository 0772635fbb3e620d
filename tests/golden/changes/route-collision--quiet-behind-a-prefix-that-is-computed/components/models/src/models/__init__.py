from fastapi import APIRouter, FastAPI

router = APIRouter(prefix="/models")


@router.get("/{name}")
def model(name: str) -> str:
    return name


def add_models(app: FastAPI) -> None:
    app.include_router(router)

from fastapi import APIRouter

router = APIRouter(prefix="/models")


@router.get("/{name}")
def model(name: str) -> str:
    return name

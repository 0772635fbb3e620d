from fastapi import APIRouter

router = APIRouter()


@router.get("/models/{key}")
def model(key: str) -> str:
    return key

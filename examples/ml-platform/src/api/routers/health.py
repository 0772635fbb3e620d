"""Health for orchestrators and load balancers."""

from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel

from src.api.dependencies import ReadinessDependency

router = APIRouter(prefix="/health", tags=["health"])


class Liveness(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class CheckReport(BaseModel):
    """One readiness check."""

    ok: bool
    detail: str


class ReadinessReport(BaseModel):
    """Whether this instance should get traffic, and why."""

    status: Literal["ready", "unready"]
    checks: dict[str, CheckReport]


@router.get("")
async def liveness() -> Liveness:
    """Answers while the process can; a failure means that it should be restarted."""
    return Liveness()


@router.get("/ready", responses={HTTPStatus.SERVICE_UNAVAILABLE.value: {"model": ReadinessReport}})
async def ready(response: Response, readiness: ReadinessDependency) -> ReadinessReport:
    """200 when every check holds, else 503; the body says which do not."""
    results = await readiness.run()
    all_hold = all(result.ok for result in results.values())
    response.headers["Cache-Control"] = "no-store"
    if not all_hold:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return ReadinessReport(
        status="ready" if all_hold else "unready",
        checks={
            name: CheckReport(ok=result.ok, detail=result.detail)
            for name, result in results.items()
        },
    )

"""Liveness and readiness."""

import asyncio
from collections.abc import Callable

import httpx
import pytest
from fastapi import FastAPI

from src.api import ApiSettings
from src.api.app import create_app
from src.api.checks import CheckResult, DiskSpaceCheck, Readiness

Send = Callable[..., httpx.Response]


class FixedCheck:
    def __init__(self, result: CheckResult) -> None:
        self._result = result

    async def check(self) -> CheckResult:
        return self._result


class BrokenCheck:
    async def check(self) -> CheckResult:
        raise ConnectionError("password=hunter2")


class MeetingCheck:
    """Holds when ``parties`` checks are asked at the same time."""

    def __init__(self, barrier: asyncio.Barrier) -> None:
        self._barrier = barrier

    async def check(self) -> CheckResult:
        await self._barrier.wait()
        return CheckResult(True, "met")


class HangingCheck:
    async def check(self) -> CheckResult:
        await asyncio.Event().wait()
        return CheckResult(True, "never")


@pytest.fixture
def app() -> FastAPI:
    return create_app(ApiSettings(check_timeout_seconds=0.05))


def test_liveness(app: FastAPI, send: Send) -> None:
    response = send(app, "GET", "/health")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_ready_without_checks(app: FastAPI, send: Send) -> None:
    app.state.readiness = Readiness()  # whatever the project has added
    response = send(app, "GET", "/health/ready")
    assert (response.status_code, response.json()) == (200, {"status": "ready", "checks": {}})
    assert response.headers["cache-control"] == "no-store"


def test_one_failing_check_makes_the_instance_unready(app: FastAPI, send: Send) -> None:
    app.state.readiness = Readiness()
    app.state.readiness.add("model", FixedCheck(CheckResult(True, "loaded")))
    app.state.readiness.add("store", FixedCheck(CheckResult(False, "read-only")))
    response = send(app, "GET", "/health/ready")
    assert response.status_code == 503
    assert response.json() == {
        "status": "unready",
        "checks": {
            "model": {"ok": True, "detail": "loaded"},
            "store": {"ok": False, "detail": "read-only"},
        },
    }


def test_an_exception_is_a_failure_that_tells_nothing_internal(app: FastAPI, send: Send) -> None:
    app.state.readiness.add("store", BrokenCheck())
    response = send(app, "GET", "/health/ready")
    assert response.status_code == 503
    assert "ConnectionError" in response.json()["checks"]["store"]["detail"]
    assert "hunter2" not in response.text


def test_a_check_that_hangs_fails(app: FastAPI, send: Send) -> None:
    app.state.readiness.add("store", HangingCheck())
    response = send(app, "GET", "/health/ready")
    assert response.status_code == 503
    assert response.json()["checks"]["store"]["ok"] is False


def test_checks_are_asked_at_the_same_time(send: Send) -> None:
    app = create_app(ApiSettings(check_timeout_seconds=5))
    barrier = asyncio.Barrier(3)
    for name in ("a", "b", "c"):
        app.state.readiness.add(name, MeetingCheck(barrier))
    assert send(app, "GET", "/health/ready").status_code == 200


def test_liveness_does_not_depend_on_checks(app: FastAPI, send: Send) -> None:
    app.state.readiness.add("store", BrokenCheck())
    assert send(app, "GET", "/health").status_code == 200


@pytest.mark.parametrize(("minimum_free_mb", "holds"), [(0, True), ("0", True), (2**50, False)])
def test_disk_space(minimum_free_mb: float | str, holds: bool) -> None:
    result = asyncio.run(DiskSpaceCheck(".", minimum_free_mb).check())
    assert result.ok is holds

"""Refuses requests beyond what this instance can work on at a time."""

from collections.abc import Collection
from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from src.api.problems import problem_response


class ConcurrencyLimit:
    """Answers 503 with ``Retry-After`` while ``max_requests`` requests are in progress.

    Refuses at once rather than queue: a caller, or the load balancer, can go elsewhere. Requests to
    ``exempt_paths`` (as the application sees them, without its root path) are neither counted nor
    refused. Counts per event loop and process.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        max_requests: int,
        retry_after_seconds: int = 1,
        exempt_paths: Collection[str] = (),
    ) -> None:
        self._app = app
        self._max_requests = max_requests
        self._retry_after_seconds = retry_after_seconds
        self._exempt_paths = frozenset(exempt_paths)
        self._in_progress = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _path(scope) in self._exempt_paths:
            await self._app(scope, receive, send)
            return
        if self._in_progress >= self._max_requests:
            response = problem_response(
                scope,
                HTTPStatus.SERVICE_UNAVAILABLE,
                "Too many requests are in progress.",
                headers={"Retry-After": str(self._retry_after_seconds)},
            )
            await response(scope, receive, send)
            return
        self._in_progress += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._in_progress -= 1


def _path(scope: Scope) -> str:
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))

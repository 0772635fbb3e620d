"""Refuses what a client asks beyond its limit."""

import math
from collections.abc import Collection
from http import HTTPStatus

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from src.api.problems import problem_response
from src.rate_limiting.clients import client_key
from src.utils import Decision, RateLimiter


class RateLimit:
    """Answers 429 with ``Retry-After`` when ``limiter`` refuses the client of a request.

    Every response says in ``RateLimit-Limit``, ``-Remaining`` and ``-Reset`` (in seconds) how it
    stands. Requests to ``exempt_paths`` (as the application sees them, without its root path) are
    not counted.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        limiter: RateLimiter,
        client_header: str | None = None,
        exempt_paths: Collection[str] = (),
    ) -> None:
        self._app = app
        self._limiter = limiter
        self._client_header = client_header
        self._exempt_paths = frozenset(exempt_paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _path(scope) in self._exempt_paths:
            await self._app(scope, receive, send)
            return
        decision = self._limiter.try_acquire(client_key(scope, self._client_header))
        headers = _headers(decision)

        async def send_with_limits(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        if decision.allowed:
            await self._app(scope, receive, send_with_limits)
            return
        seconds = max(1, math.ceil(decision.retry_after))
        response = problem_response(
            scope,
            HTTPStatus.TOO_MANY_REQUESTS,
            f"This client sends too many requests; the next is accepted in {seconds} s.",
            headers={"Retry-After": str(seconds)},
        )
        await response(scope, receive, send_with_limits)


def _headers(decision: Decision) -> dict[str, str]:
    return {
        "RateLimit-Limit": str(decision.limit),
        "RateLimit-Remaining": str(decision.remaining),
        "RateLimit-Reset": str(math.ceil(decision.reset_after)),
    }


def _path(scope: Scope) -> str:
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))

"""Bounds the time until a response begins."""

import asyncio
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from src.api.problems import problem_response


class RequestTimeout:
    """Answers 504 when no response has begun within ``seconds``, and cancels the handler.

    The time to read the body counts. A response that has begun is never cut off, so streams may
    last. A handler that is not ``async`` runs in a thread: the caller gets the 504, but the thread
    runs to its end.
    """

    def __init__(self, app: ASGIApp, *, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._seconds) as limit:

                async def send_in_time(message: Message) -> None:
                    if message["type"] == "http.response.start":
                        limit.reschedule(None)
                    await send(message)

                await self._app(scope, receive, send_in_time)
        except TimeoutError:
            if not limit.expired():
                raise
            response = problem_response(
                scope,
                HTTPStatus.GATEWAY_TIMEOUT,
                f"There was no response within {self._seconds:g} seconds.",
            )
            await response(scope, receive, send)

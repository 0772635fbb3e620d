"""Refuses requests whose body is too large, before it is in memory."""

from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from src.api.problems import problem_response


class BodyLimit:
    """Answers 413 as soon as a body is known to have more than ``max_bytes``.

    A declared length is refused before anything is read; a chunked body, or one that is longer than
    declared, at the chunk that crosses the limit. If the application had begun to respond by then,
    the connection is broken off instead.
    """

    def __init__(self, app: ASGIApp, *, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._declares_too_much(scope):
            await self._refuse(scope, receive, send)
            return

        received = 0
        response_started = False

        async def counting_receive() -> Message:
            nonlocal received
            message = await receive()
            if message["type"] == "http.request":
                received += len(message.get("body", b""))
                if received > self._max_bytes:
                    raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return message

        async def guarded_send(message: Message) -> None:
            # Whatever the application made of the exception, the answer is 413.
            nonlocal response_started
            if received > self._max_bytes and not response_started:
                return
            response_started = True
            await send(message)

        try:
            await self._app(scope, counting_receive, guarded_send)
        except Exception:
            if received <= self._max_bytes or response_started:
                raise
        if received > self._max_bytes and not response_started:
            await self._refuse(scope, receive, send)

    def _declares_too_much(self, scope: Scope) -> bool:
        declared = Headers(scope=scope).get("content-length", "")
        if not declared.isdecimal():
            return False
        digits = declared.lstrip("0")
        return len(digits) > 18 or int(digits or "0") > self._max_bytes

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Not `Connection: close`: a caller that still sends would see a reset, not this answer.
        # The server reads and drops the rest.
        response = problem_response(
            scope,
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"The body of this request has more than {self._max_bytes} bytes.",
        )
        await response(scope, receive, send)

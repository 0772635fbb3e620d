"""Gives every request an id that its response, and any error in it, can be found by."""

import re
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from src.api.problems import REQUEST_ID_HEADER

_ACCEPTED_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")


class RequestId:
    """Takes the caller's ``X-Request-ID`` if it is well-formed, else makes one.

    The id is ``request.state.request_id`` and the ``X-Request-ID`` of the response. A caller's id
    is at most 128 letters, digits, dots, underscores and hyphens: it ends up in logs.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        offered = Headers(scope=scope).get(REQUEST_ID_HEADER, "")
        request_id = offered if _ACCEPTED_ID.fullmatch(offered) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[REQUEST_ID_HEADER] = request_id
            await send(message)

        await self._app(scope, receive, send_with_id)

"""Error responses as ``application/problem+json`` (RFC 9457)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

PROBLEM_MEDIA_TYPE = "application/problem+json"
REQUEST_ID_HEADER = "X-Request-ID"


def request_id_of(scope: Scope) -> str | None:
    """The id that the request id middleware gave to this request."""
    value = scope.get("state", {}).get("request_id")
    return value if isinstance(value, str) else None


def problem_response(
    scope: Scope,
    status: int,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, Any] | None = None,
) -> JSONResponse:
    """A problem document about the request of ``scope``.

    ``members`` are added to the standard ones (type, title, status, detail, instance, request_id).
    """
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": _title(status),
        "status": status,
        "detail": detail,
        "instance": scope.get("path", ""),
    }
    all_headers = dict(headers or {})
    request_id = request_id_of(scope)
    if request_id is not None:
        content["request_id"] = request_id
        # A 500 is sent from outside of the middleware that adds this header to other responses.
        all_headers[REQUEST_ID_HEADER] = request_id
    content.update(members or {})
    return JSONResponse(content, status, all_headers, PROBLEM_MEDIA_TYPE)


def add_problem_handlers(app: FastAPI) -> None:
    """Make every error response of ``app`` a problem document."""
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(Exception, _unexpected_error)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
        return Response(status_code=error.status_code, headers=error.headers)
    detail: Any = error.detail  # FastAPI allows any JSON value here
    if isinstance(detail, str):
        return problem_response(request.scope, error.status_code, detail, headers=error.headers)
    return problem_response(
        request.scope,
        error.status_code,
        _title(error.status_code),
        headers=error.headers,
        members={"context": detail},
    )


async def _invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = [
        {"location": [str(part) for part in item["loc"]], "message": item["msg"]}
        for item in error.errors()
    ]
    return problem_response(
        request.scope,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "The request does not have the form that this operation expects.",
        members={"errors": errors},
    )


async def _unexpected_error(request: Request, _: Exception) -> Response:
    # The server logs the exception; the caller gets the id to ask about it.
    return problem_response(
        request.scope, HTTPStatus.INTERNAL_SERVER_ERROR, "The server met an unexpected error."
    )


def _title(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"

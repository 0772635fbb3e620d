"""ASGI middleware: request ids and limits."""

from fastapi import FastAPI

from src.api.middleware.body_limit import BodyLimit
from src.api.middleware.concurrency_limit import ConcurrencyLimit
from src.api.middleware.request_id import RequestId
from src.api.middleware.request_timeout import RequestTimeout
from src.api.settings import LimitSettings

__all__ = ["BodyLimit", "ConcurrencyLimit", "RequestId", "RequestTimeout", "add_middleware"]


def add_middleware(app: FastAPI, limits: LimitSettings) -> None:
    """Give ``app`` request ids and these limits. Health checks are not counted as concurrent."""
    # The one that is added last is outermost: every refusal carries a request id.
    app.add_middleware(BodyLimit, max_bytes=limits.max_body_bytes)
    app.add_middleware(RequestTimeout, seconds=limits.request_timeout_seconds)
    app.add_middleware(
        ConcurrencyLimit,
        max_requests=limits.max_concurrent_requests,
        retry_after_seconds=limits.retry_after_seconds,
        exempt_paths=("/health", "/health/ready"),
    )
    app.add_middleware(RequestId)

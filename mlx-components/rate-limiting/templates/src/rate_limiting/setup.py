"""Puts rate limits into an application."""

from fastapi import FastAPI

from src.config import load_section
from src.rate_limiting.middleware import RateLimit
from src.rate_limiting.settings import RateLimitSettings
from src.utils import RateLimiter, SlidingWindow, TokenBucket


def add_rate_limiting(app: FastAPI) -> None:
    """Limit what each client may ask of ``app``, as the configuration says.

    What is added to ``app`` afterwards sees a request first: add it before the middleware that
    gives requests their ids.

    Raises:
        ConfigError: the section is not valid.
    """
    settings = load_section("rate_limiting", RateLimitSettings)
    if not settings.enabled:
        return
    app.add_middleware(
        RateLimit,
        limiter=_limiter(settings),
        client_header=settings.client_header,
        exempt_paths=settings.exempt_paths,
    )


def _limiter(settings: RateLimitSettings) -> RateLimiter:
    if settings.algorithm == "sliding-window":
        return SlidingWindow(
            settings.requests, settings.window_seconds, max_keys=settings.max_clients
        )
    return TokenBucket(
        settings.requests / settings.window_seconds,
        settings.requests,
        max_keys=settings.max_clients,
    )

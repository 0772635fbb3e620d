"""The ``api`` section of the configuration."""

from typing import Any

from pydantic import Field

from src.config import Section


class LimitSettings(Section):
    """What one request, and all of them together, may take."""

    max_body_bytes: int = Field(default=1_048_576, ge=0)
    request_timeout_seconds: float = Field(default=30, gt=0)
    max_concurrent_requests: int = Field(default=100, ge=1)
    retry_after_seconds: int = Field(default=1, ge=1)


class ApiSettings(Section):
    """Everything that :func:`create_app` and the server need to know.

    ``docs`` says whether the OpenAPI description and its page are served. ``checks`` maps the name
    of a readiness check to its description for ``hydra.utils.instantiate``. The address, the root
    path and the time to finish on shutdown are for the server that the package starts when it is
    run; another server takes its own options.
    """

    title: str = "API"
    version: str = "0.1.0"
    environment: str = "development"
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    root_path: str = Field(default="", pattern=r"^(/.*[^/])?$")
    docs: bool = True
    shutdown_grace_seconds: int = Field(default=10, ge=0)
    limits: LimitSettings = LimitSettings()
    check_timeout_seconds: float = Field(default=2, gt=0)
    checks: dict[str, dict[str, Any]] = Field(default_factory=dict)

"""The ``rate_limiting`` section of the configuration."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from src.config import Section


def _empty_is_none(value: object) -> object:
    return None if value == "" else value


class RateLimitSettings(Section):
    """How much each client may ask for: ``requests`` in ``window_seconds``.

    A ``token-bucket`` lets them all come at once and refills evenly, in little memory; a
    ``sliding-window`` counts exactly. ``client_header`` names the header that tells clients apart;
    without it they are told apart by address. The ``max_clients`` that came last are remembered.
    """

    enabled: bool = True
    algorithm: Literal["token-bucket", "sliding-window"] = "token-bucket"
    requests: int = Field(default=600, ge=1)
    window_seconds: float = Field(default=60, gt=0)
    client_header: Annotated[str | None, BeforeValidator(_empty_is_none)] = None
    exempt_paths: tuple[str, ...] = ()
    max_clients: int = Field(default=10_000, ge=1)

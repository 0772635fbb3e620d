"""The ``prediction`` section of the configuration."""

from pydantic import Field

from src.config import Section


class PredictionSettings(Section):
    """How models are served.

    ``preprocessors`` are names of plugins, by model, in the order in which rows go through them.
    This instance is not ready until all ``required_models`` can be loaded. ``retry_after_seconds``
    is what callers are told when the registry is away.
    """

    max_rows: int = Field(default=1000, ge=1)
    preprocessors: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    required_models: tuple[str, ...] = ()
    retry_after_seconds: int = Field(default=5, ge=1)

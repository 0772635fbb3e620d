"""Structured logs: one JSON object a line, with the context of the work and without secrets."""

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, TextIO

from src.utils.redaction import redact, redact_text

_context: ContextVar[Mapping[str, Any]] = ContextVar("log_context", default=MappingProxyType({}))
_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


@contextmanager
def log_context(**fields: Any) -> Iterator[None]:
    """Add ``fields`` to every record that is logged inside, also by tasks that are started there.

    Inner contexts add to outer ones, and win where both have a field.
    """
    reset = _context.set({**_context.get(), **fields})
    try:
        yield
    finally:
        _context.reset(reset)


class JsonFormatter(logging.Formatter):
    """Writes ``time``, ``level``, ``logger``, ``message``, then context and ``extra`` fields.

    Secrets are replaced (see :func:`redact`), in tracebacks too. What JSON does not know is written
    as its ``str``. A field never takes the place of a standard one.
    """

    def format(self, record: logging.LogRecord) -> str:
        document: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": redact_text(record.getMessage()),
        }
        if record.exc_info:
            document["exception"] = redact_text(self.formatException(record.exc_info))
        if record.stack_info:
            document["stack"] = redact_text(record.stack_info)
        extra = {key: value for key, value in vars(record).items() if key not in _STANDARD}
        fields = _with_text_keys(redact({**_context.get(), **extra}))
        return json.dumps({**fields, **document}, default=str, ensure_ascii=False)


def _with_text_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _with_text_keys(item) for key, item in value.items()}
    return [_with_text_keys(item) for item in value] if isinstance(value, list) else value


def configure_json_logging(level: str | int = "INFO", stream: TextIO | None = None) -> None:
    """Send everything at ``level`` and above to ``stream`` (standard error) as JSON lines.

    Replaces the root logger's handlers. Called by programs when they start, never on import.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)

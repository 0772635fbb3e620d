"""Takes secrets out of what is shown."""

import re
from collections.abc import Mapping
from typing import Any

REDACTED = "***"

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_LAST_WORDS = frozenset(
    {"password", "passwd", "passphrase", "secret", "token", "credential", "credentials"}
)
_LAST_PAIRS = frozenset(
    {("api", "key"), ("access", "key"), ("private", "key"), ("secret", "key"), ("signing", "key")}
)
_SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})

_URL_PASSWORD = re.compile(r"(?P<before>\b[a-z][a-z0-9+.-]*://[^\s/:@]*:)[^\s/@]+(?=@)", re.I)
_SCHEME = re.compile(r"(?P<before>\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{8,}", re.I)
_NAME = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9_-]*)[\"']?\s*[=:]\s*")
_VALUE = re.compile(r"\"[^\"]*\"|'[^']*'|[^\s,;&\"']+")


def is_secret_name(name: str) -> bool:
    """Whether something with this name is a secret: ``db_password``, ``apiKey``, ``Cookie``.

    Decided by whole words, and the last ones: ``token_count``, ``max_tokens``, ``api_key_header``
    and ``keyspace`` are none.
    """
    if name.lower() in _SECRET_HEADERS:
        return True
    words = tuple(word.lower() for word in _WORD.findall(name))
    return bool(words) and (words[-1] in _LAST_WORDS or words[-2:] in _LAST_PAIRS)


def redact_text(text: str) -> str:
    """``text`` without the secrets that can be told by their form.

    These are passwords in URLs, bearer and basic credentials, and ``name=value`` or ``name: value``
    where the name is a secret's.
    """
    text = _URL_PASSWORD.sub(rf"\g<before>{REDACTED}", text)
    text = _SCHEME.sub(rf"\g<before>{REDACTED}", text)
    return _hide_assigned(text)


def redact(value: Any) -> Any:
    """A copy of ``value`` where mappings have no secrets and texts are redacted."""
    if isinstance(value, Mapping):
        return {
            key: REDACTED if is_secret_name(str(key)) else redact(item)
            for key, item in value.items()
        }
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [redact(item) for item in value]
    return value


def _hide_assigned(text: str) -> str:
    # Not one expression for name and value: in `error: password=x` the value of the first name
    # holds the second.
    parts, kept_from = [], 0
    for name in _NAME.finditer(text):
        value = _VALUE.match(text, name.end())
        if value is None or name.start() < kept_from or not is_secret_name(name["name"]):
            continue
        if value[0].lower() in ("bearer", "basic"):
            continue
        parts += [text[kept_from : name.end()], REDACTED]
        kept_from = value.end()
    return "".join(parts) + text[kept_from:]

"""What a line of the log holds, and what it does not."""

import asyncio
import io
import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from src.utils import REDACTED, configure_json_logging, is_secret_name, log_context, redact
from src.utils import redact_text as redacted

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Lines:
    """What was logged so far."""
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)
    stream = io.StringIO()
    configure_json_logging("INFO", stream)

    def read() -> list[dict[str, Any]]:
        return [json.loads(line) for line in stream.getvalue().splitlines()]

    return read


def test_a_line_is_a_json_object(lines: Lines) -> None:
    logging.getLogger("shop").warning("%d items\nsold", 3)
    logging.getLogger("shop").debug("not this")
    (line,) = lines()
    assert line.pop("time").endswith("+00:00")
    assert line == {"level": "WARNING", "logger": "shop", "message": "3 items\nsold"}


def test_fields_come_from_the_context_and_the_call(lines: Lines) -> None:
    with log_context(request="r1", step="outer"), log_context(step="inner"):
        logging.getLogger("shop").info("sold", extra={"item": {"id": 3}, "when": {1}})
    logging.getLogger("shop").info("closed")
    first, second = lines()
    assert (first["request"], first["step"], first["item"]) == ("r1", "inner", {"id": 3})
    assert "request" not in second


def test_fields_may_be_anything(lines: Lines) -> None:
    shape = {(2, 3): [{1: object}], "when": datetime(2025, 1, 2, tzinfo=UTC)}
    logging.getLogger("shop").info("odd", extra={"shape": shape})
    (line,) = lines()
    assert line["shape"]["when"] == "2025-01-02 00:00:00+00:00"
    assert list(line["shape"]["(2, 3)"][0]) == ["1"]


def test_a_field_does_not_pose_as_the_message(lines: Lines) -> None:
    with log_context(message="forged", level="DEBUG"):
        logging.getLogger("shop").info("true")
    assert (lines()[0]["message"], lines()[0]["level"]) == ("true", "INFO")


def test_tasks_keep_the_context_that_they_began_in(lines: Lines) -> None:
    async def work(name: str) -> None:
        with log_context(task=name):
            await asyncio.sleep(0)
            logging.getLogger("shop").info("step")

    async def both() -> None:
        with log_context(job=1):
            await asyncio.gather(work("a"), work("b"))

    asyncio.run(both())
    assert [(line["job"], line["task"]) for line in lines()] == [(1, "a"), (1, "b")]


def test_an_exception_is_part_of_the_line(lines: Lines) -> None:
    try:
        raise ValueError("password=hunter2")
    except ValueError:
        logging.getLogger("shop").exception("failed", stack_info=True)
    (line,) = lines()
    assert "ValueError" in line["exception"]
    assert "stack" in line
    assert "hunter2" not in json.dumps(line)


def test_secrets_stay_out(lines: Lines) -> None:
    with log_context(api_key="hunter2"):
        logging.getLogger("shop").info(
            "calling https://me:hunter2@host/ with token=hunter2",
            extra={"request": {"Authorization": "hunter2", "user": "me"}, "odd": {"hunter": 2}},
        )
    (line,) = lines()
    assert "hunter2" not in json.dumps(line)
    assert line["request"] == {"Authorization": REDACTED, "user": "me"}


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "DB_PASSWORD",
        "tracking_token",
        "apiKey",
        "api-key",
        "AWS_SECRET_ACCESS_KEY",
        "clientSecret",
        "Authorization",
        "Set-Cookie",
        "private_key",
        "TOKEN",
    ],
)
def test_names_of_secrets(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "max_tokens",
        "token_count",
        "api_key_header",
        "keyspace",
        "key",
        "secretary",
        "monkey",
        "tokenizer",
        "password_min_length",
        "cookie_name",
        "_",
    ],
)
def test_names_that_only_look_like_it(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("postgres://u:pw@db:5432/x", "postgres://u:***@db:5432/x"),
        ("Authorization: Bearer abcdefgh.ijkl", "Authorization: Bearer ***"),
        ("password='a b' user=me", "password=*** user=me"),
        ('{"api_key": "abc", "n": 1}', '{"api_key": ***, "n": 1}'),
        ("max_tokens=5&token=abc&x=1", "max_tokens=5&token=***&x=1"),
        ("nothing to hide: 3", "nothing to hide: 3"),
    ],
)
def test_secrets_in_text(text: str, expected: str) -> None:
    assert redacted(text) == expected


def test_structures_are_copied_without_secrets() -> None:
    value = {"a": [{"token": "x"}, ("k=1", 2)], 3: None}
    assert redact(value) == {"a": [{"token": REDACTED}, ["k=1", 2]], 3: None}
    assert value["a"] == [{"token": "x"}, ("k=1", 2)]

"""A server of the project, and what it answers."""

import json
import re
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from story import wait_for
from support.commands import environment

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Answer:
    status: int
    content_type: str
    body: Any


def get(url: str) -> Answer:
    try:
        with _opener.open(url, timeout=10) as response:
            return Answer(response.status, response.headers["Content-Type"], json.loads(response.read()))
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.headers["Content-Type"], json.loads(error.read()))


@contextmanager
def uvicorn(project: Path, application: str, log: Path) -> Iterator[str]:
    """The address of the application, served from the project's own environment."""
    command = [str(project / ".venv/bin/uvicorn"), application, "--host", "127.0.0.1", "--port", "0"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=project, env=environment(), stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:

        def address() -> str | None:
            text = log.read_text(encoding="utf-8")
            assert process.poll() is None, text
            found = re.search(r"Uvicorn running on (http://127\.0\.0\.1:\d+)", text)
            return found[1] if found else None

        yield wait_for("uvicorn's address", address)
        process.send_signal(signal.SIGINT)
        process.wait(20)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


@contextmanager
def registry_server(binary: Path, catalogue: Path) -> Iterator[str]:
    """The address of `mlx registry serve` on a catalogue, without a path."""
    command = [str(binary), "registry", "serve", str(catalogue), "--listen", "127.0.0.1:0"]
    process = subprocess.Popen(
        command, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    try:
        index = process.stdout.readline().strip()  # empty if it ended before
        assert index.endswith("/r/registry.json"), index
        yield index.removesuffix("/r/registry.json")
        process.terminate()
        assert process.wait(20) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        process.stdout.close()

"""A server of the project, and what it answers."""

import json
import os
import re
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
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
def served(
    *command: str | Path,
    directory: Path,
    log: Path,
    settings: Mapping[str, str] | None = None,
    said: str = r"Uvicorn running on (http://127\.0\.0\.1:\d+)",
) -> Iterator[str]:
    """The address that a server says it serves on. It is stopped as from a terminal, with all that it started."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=directory,
            env=environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:

        def address() -> str | None:
            text = log.read_text(encoding="utf-8")
            assert process.poll() is None, text
            found = re.search(said, text)
            return found[1] if found else None

        yield wait_for("the server's address", address)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def uvicorn(project: Path, application: str, log: Path) -> Iterator[str]:
    """The address of the application, served from the project's own environment."""
    program = project / ".venv/bin/uvicorn"
    with served(program, application, "--host", "127.0.0.1", "--port", "0", directory=project, log=log) as address:
        yield address


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

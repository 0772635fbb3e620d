"""The demo, as `make demo` runs it."""

import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from checks import check
from conftest import REPOSITORY, Mlx
from story import FORGES, set_stage, wait_for
from support.commands import Finished, environment, run

DEMO = REPOSITORY / "demo/demo.py"


def command(mlx: Mlx) -> list[str]:
    return [sys.executable, str(DEMO), "--mlx", str(mlx.binary)]


def show(mlx: Mlx, directory: Path, **settings: str) -> Finished:
    """One showing, with a directory of its own for temporary files: none may be left there."""
    done = run(*command(mlx), settings={"TMPDIR": str(directory), "DEMO": "once"} | settings)
    assert list(directory.iterdir()) == []
    return done


def test_shows_and_checks(mlx: Mlx, tmp_path: Path) -> None:
    done = show(mlx, tmp_path)
    assert (done.status, done.errors) == (0, "")
    assert "✗" not in done.output
    assert done.output.count("✓") > 10
    assert "\033" not in done.output
    assert re.search(r"^│ /mlx add api-serving$", done.output, flags=re.MULTILINE)
    assert "👀 🚀" in done.output
    assert '  +    "fastapi>=0.115.2,<1",\n' in done.output


@pytest.mark.parametrize("forge", FORGES)
def test_the_story_ends_alike_on_every_forge(mlx: Mlx, forge: str) -> None:
    with set_stage(mlx.binary, forge=forge) as stage:
        outcome = stage.wait_for_outcome(*stage.ask())
        assert [each.complaint for each in check(outcome, stage.forge) if each.complaint] == []


def test_shows_all(mlx: Mlx, tmp_path: Path) -> None:
    done = show(mlx, tmp_path, DEMO_FULL="1")
    assert done.status == 0
    assert "  src/churn_model/api/routers/health.py\n" in done.output
    assert "more lines" not in done.output


def test_program_that_fails(tmp_path: Path) -> None:
    program = tmp_path / "mlx"
    program.write_text("#!/bin/sh\necho 'mlx: no idea' >&2\nexit 2\n")
    program.chmod(0o755)
    (tmp_path / "temporary").mkdir()
    done = show(Mlx(program), tmp_path / "temporary")
    assert done.status == 1
    assert "`mlx sandbox` ended with status 2" in done.errors
    assert "mlx: no idea" in done.errors


def test_bot_that_does_not_start(mlx: Mlx, tmp_path: Path) -> None:
    program = tmp_path / "mlx"
    program.write_text(f'#!/bin/sh\n[ "$1" = serve ] && export MLX_GITHUB_API_URL=x\nexec "{mlx.binary}" "$@"\n')
    program.chmod(0o755)
    (tmp_path / "temporary").mkdir()
    done = show(Mlx(program), tmp_path / "temporary")
    assert done.status == 1
    assert "the last lines of `mlx sandbox`" in done.errors
    assert "mlx: MLX_GITHUB_API_URL must be" in done.errors


@pytest.mark.parametrize(
    ("seen", "end", "status"),
    [
        ("Ctrl-C stops it", lambda terminal, _: os.write(terminal, b"\x03"), 0),
        ("comments:", lambda terminal, _: os.write(terminal, b"\x03\x03"), 128 + signal.SIGINT),
        ("comments:", lambda _, process: process.terminate(), 128 + signal.SIGTERM),
    ],
    ids=["when it has ended", "half way", "terminated"],
)
def test_on_a_terminal_until_it_is_stopped(
    mlx: Mlx, tmp_path: Path, seen: str, end: Callable[[int, subprocess.Popen[bytes]], object], status: int
) -> None:
    terminal, inside = pty.openpty()
    settings = {"TMPDIR": str(tmp_path), "TERM": "xterm"}
    process = subprocess.Popen(
        ["setsid", "--ctty", "--wait", *command(mlx)],
        env=environment(settings),
        stdin=inside,
        stdout=inside,
        stderr=inside,
    )
    os.close(inside)
    output = b""
    has_ended = False

    def read() -> bool | None:
        nonlocal output, has_ended
        try:
            output += os.read(terminal, 65536)
        except OSError:  # nobody has the terminal open any more
            return True
        if not has_ended and seen.encode() in output:
            has_ended = True
            end(terminal, process)
        return None

    try:
        wait_for("the end of the demo", read)
        assert process.wait(10) == status, output.decode()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(terminal)
    assert b"\033[1m" in output
    assert list(tmp_path.iterdir()) == []

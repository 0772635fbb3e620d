"""What the commands that only look say: list, info, status, doctor, and init, which writes one file."""

import json
import os
import pty
import select
import struct
import subprocess
import termios
import unicodedata
from fcntl import ioctl
from pathlib import Path

import pytest

from conftest import Mlx
from support.commands import environment
from support.trees import read_tree, write_files


def on_terminal(mlx: Mlx, *arguments: str | Path, columns: int = 80, **settings: str) -> str:
    """What the program writes to a terminal of so many columns."""
    leader, follower = pty.openpty()
    ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        [str(mlx.binary), *map(str, arguments)],
        stdout=follower,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        env=environment(settings),
    )
    os.close(follower)
    output = b""
    while select.select([leader], [], [], 30)[0]:
        try:
            part = os.read(leader, 65536)
        except OSError:
            break
        if not part:
            break
        output += part
    os.close(leader)
    assert process.wait(30) in (0, 1)
    return output.decode().replace("\r\n", "\n")


def test_list_is_a_table_with_counts(mlx: Mlx, project: Path, registry: Path) -> None:
    mlx("add", "greeting", "-C", project, "--registry", registry)
    heading, line = mlx("list", "-C", project, "--registry", registry).output.splitlines()
    assert heading.split() == ["NAME", "VERSION", "HERE", "TYPE", "FILES", "NEEDS", "WHAT", "IT", "IS"]
    assert line.split() == ["greeting", "1.0.0", "1.0.0", "utility", "2", "2", "Greeting"]


def test_list_finds_by_what_a_component_provides(mlx: Mlx, project: Path) -> None:
    found = json.loads(mlx("list", "HEALTH", "--json", "-C", project).output)["components"]
    assert [component["name"] for component in found] == ["api-serving"]
    assert "route GET /health" in found[0]["matches"]
    done = mlx("list", "no-such-thing", "-C", project)
    assert (done.status, done.output) == (0, "There is no component in which `no-such-thing` is found.\n")


def test_list_of_installed_and_of_names(mlx: Mlx, project: Path, registry: Path) -> None:
    options = ("-C", project, "--registry", registry)
    assert "no installed component" in mlx("list", "--installed", *options).output
    assert mlx("list", "--names", *options).output == "greeting\n"
    assert mlx("list", "--names", "--installed", *options).output == ""
    mlx("add", "greeting", *options)
    assert mlx("list", "--names", "--installed", *options).output == "greeting\n"
    assert "--names" not in mlx("help", "list").output


def columns_of(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in line)


@pytest.mark.parametrize("columns", [80, 200])
@pytest.mark.parametrize("command", [("list",), ("list", "health"), ("info", "config-management"), ("status",)])
def test_lines_fit_the_terminal(mlx: Mlx, project: Path, command: tuple[str, ...], columns: int) -> None:
    mlx("add", "api-serving", "-C", project)
    output = on_terminal(mlx, *command, "-C", project, columns=columns, NO_COLOR="1")
    assert "\x1b" not in output
    assert [line for line in output.splitlines() if columns_of(line) > columns] == []


def test_wide_characters_are_counted_as_wide(mlx: Mlx, project: Path, registry: Path) -> None:
    index = json.loads((registry / "registry.json").read_text(encoding="utf-8"))
    index["items"][0]["title"] = "挨拶をする " * 20 + "\x1b[31m"
    write_files(registry, {"registry.json": json.dumps(index)})
    output = on_terminal(mlx, "list", "-C", project, "--registry", registry, NO_COLOR="1")
    assert "\x1b" not in output
    assert output.count("挨拶をする") == 20
    assert 70 < max(columns_of(line) for line in output.splitlines()) <= 80


def test_colours_only_where_they_are_wanted(mlx: Mlx, project: Path) -> None:
    command = ("list", "-C", project)
    assert "\x1b[1m" in on_terminal(mlx, *command)
    assert "\x1b" not in on_terminal(mlx, *command, NO_COLOR="1")
    assert "\x1b" not in on_terminal(mlx, *command, "--color=never")
    assert "\x1b[1m" in on_terminal(mlx, *command, "--color=always", NO_COLOR="1")
    assert "\x1b" not in mlx(*command).output
    assert "\x1b[1m" in mlx(*command, "--color", "always").output
    done = mlx(*command, "--color=sometimes")
    assert (done.status, done.output) == (2, "")


def test_info(mlx: Mlx, project: Path) -> None:
    text = mlx("info", "api-serving", "-C", project).output
    for part in (
        "Requires",
        "component config-management",
        "API_PORT (default 8000)",
        "GET /health (health)",
        "src/api/app.py",
        "alias src.api.ApiSettings = src.api.settings.ApiSettings",
        "Dockerfile (api): python:3.11-slim, port 8000, runs python -m src.api, asked for /health",
    ):
        assert part in text
    facts = json.loads(mlx("info", "api-serving", "--json", "-C", project).output)
    assert facts["installed"] is None
    assert {"method": "GET", "path": "/health", "role": "health"}.items() <= facts["provides"]["routes"][0].items()
    assert facts["provides"]["containers"][0]["ports"] == ["8000"]
    done = mlx("info", "api-servin", "-C", project)
    assert (done.status, done.output) == (2, "")
    assert "did you mean `api-serving`?" in done.errors


def test_status_ends_with_one_when_something_is_missing(mlx: Mlx, project: Path, registry: Path) -> None:
    options = ("-C", project, "--registry", registry)
    mlx("add", "greeting", *options)
    assert mlx("status", *options).status == 0
    pyproject = (project / "pyproject.toml").read_text()
    (project / "pyproject.toml").write_text(pyproject.replace('    "httpx>=0.27,<1",\n', ""))
    (project / ".env.example").write_text("")
    (project / "tests/test_greeting.py").unlink()
    done = mlx("status", *options)
    assert done.status == 1
    for part in ("missing: tests/test_greeting.py", "requires httpx", "reads GREETING"):
        assert part in done.output
    [component] = json.loads(mlx("status", "--json", *options).output)["components"]
    assert (component["missingDistributions"], component["missingVariables"]) == (["httpx"], ["GREETING"])


def test_init_says_what_was_found(mlx: Mlx, project: Path) -> None:
    write_files(project, {"src/client/__init__.py": ""})
    (project / "src/own.py").unlink()
    done = mlx("init", "-C", project)
    assert done.status == 0, str(done)
    text = (project / "mlx.toml").read_text()
    assert 'source-root = "src/client"\n' in text
    assert 'import-root = "client"\n' in text
    assert mlx("status", "-C", project).status == 0
    before = read_tree(project)
    done = mlx("init", "-C", project)
    assert done.status == 1
    assert "configured already, in mlx.toml" in done.output
    assert read_tree(project) == before


def test_init_takes_what_is_said_and_refuses_nonsense(mlx: Mlx, project: Path) -> None:
    before = read_tree(project)
    done = mlx("init", "--source-root", "../x", "-C", project)
    assert (done.status, done.output) == (2, "")
    assert read_tree(project) == before
    assert mlx("init", "--source-root", "lib/app", "--import-root", "app", "-C", project).status == 0
    assert 'source-root = "lib/app"' in (project / "mlx.toml").read_text()


def doctor(mlx: Mlx, project: Path, *options: str | Path) -> tuple[int, dict[str, str]]:
    done = mlx("doctor", "--json", "-C", project, *options)
    return done.status, {check["name"]: check["health"] for check in json.loads(done.output)["checks"]}


def test_doctor_of_a_sound_project(mlx: Mlx, project: Path) -> None:
    mlx("add", "config-management", "-C", project)
    status, checks = doctor(mlx, project)
    assert status == 0
    assert checks.pop("git") == "warning"  # the project is in no repository
    assert set(checks.values()) == {"ok"}
    assert "ok       layout: modules in src are imported as src" in mlx("doctor", "-C", project).output


def test_doctor_finds_what_is_wrong(mlx: Mlx, project: Path, registry: Path, tmp_path: Path) -> None:
    options = ("--registry", registry)
    mlx("add", "greeting", "-C", project, *options)
    (project / "src/greeting.py").unlink()
    (project / ".env.example").unlink()
    write_files(project, {"uv.lock": 'version = 1\n[[package]]\nname = "httpx"\n'})
    status, checks = doctor(mlx, project, *options)
    assert status == 1
    assert (checks["files"], checks["variables"], checks["lock-files"]) == ("error", "warning", "warning")
    assert doctor(mlx, project, "--registry", tmp_path / "gone")[1]["registry"] == "error"
    write_files(project, {"mlx.lock": "{"})
    assert doctor(mlx, project, *options)[1]["lock"] == "error"
    write_files(project, {"pyproject.toml": "["})
    status, checks = doctor(mlx, project, *options)
    assert (status, checks["pyproject"]) == (1, "error")
    write_files(project, {"pyproject.toml": "", "mlx.toml": "sorce-root = 1\n"})
    assert doctor(mlx, project, *options)[1]["configuration"] == "error"


def test_help_tells_exit_codes(mlx: Mlx) -> None:
    assert "Exit codes: 0" in mlx("help").output

"""Which Pythons a project supports, and its tests on each of them."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from projenrc import compatibility
from projenrc.compatibility import run_on, supported

Write = Callable[[Mapping[str, str]], Path]
ALL = ["3.9", "3.10", "3.11", "3.12", "3.13", "3.14"]


@pytest.mark.parametrize(
    ("specifier", "versions"),
    [
        (">=3.11", ALL[2:]),
        (">=3.11.4,<3.13", ALL[2:4]),
        (">3.11, <=3.13", ALL[3:5]),
        (">3.11.2,<3.13.1", ALL[2:5]),
        ("==3.12.*", ["3.12"]),
        ("==3.*", ALL),
        ("~=3.12", ALL[3:]),
        ("~=3.12.0", ["3.12"]),
        (">=3.9,!=3.10.*,!=3.11.2", ["3.9", *ALL[2:]]),
        (">=4", []),
        ("<3", []),
        ("", ALL),
    ],
)
def test_supported(specifier: str, versions: list[str]) -> None:
    assert supported(specifier) == versions


@pytest.mark.parametrize("specifier", ["3.11", "^3.11", ">=three", ">=3.11;", "==*"])
def test_what_is_no_specifier_is_shown(specifier: str) -> None:
    with pytest.raises(ValueError, match="is not a version specifier"):
        supported(specifier)


def runner(
    results: Mapping[str, int], present: Sequence[str]
) -> tuple[list[list[str]], Callable[[Sequence[str]], int]]:
    ran: list[list[str]] = []

    def run(command: Sequence[str]) -> int:
        if command[1:3] == ["python", "find"]:
            return 0 if command[-1] in present else 2
        ran.append(list(command))
        return results[command[4]]

    return ran, run


def test_each_python_that_is_here_runs_the_tests(capsys: pytest.CaptureFixture[str]) -> None:
    ran, run = runner({"3.11": 0, "3.12": 1}, present=["3.11", "3.12"])
    assert run_on(["3.11", "3.12", "3.13"], ["-x"], run, "uv") == 1
    assert [command[4] for command in ran] == ["3.11", "3.12"]
    assert ran[0][-4:] == ["python", "-m", "pytest", "-x"]
    said = capsys.readouterr().out
    assert "passed: 3.11" in said
    assert "FAILED: 3.12" in said
    assert "not tried: 3.13" in said


def test_all_that_were_tried_pass() -> None:
    _, run = runner({"3.11": 0}, present=["3.11"])
    assert run_on(["3.11", "3.12"], [], run, "uv") == 0


def test_nothing_tried_is_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    _, run = runner({}, present=[])
    assert run_on(["3.11"], [], run, "uv") == 1
    assert "uv python install" in capsys.readouterr().err


def test_without_uv_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    assert compatibility.main([]) == 127
    assert "uv is not installed" in capsys.readouterr().err


def test_the_project_says_which(
    write: Write, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a uv that knows Python 3.12 only, and in which no test fails."""
    directory = write(
        {
            "pyproject.toml": '[project]\nname = "a"\nrequires-python = ">=3.12,<3.14"\n',
            "bin/uv": '#!/bin/sh\ncase "$*" in *find*3.13) exit 2;; esac\n',
        }
    )
    (directory / "bin/uv").chmod(0o755)
    monkeypatch.chdir(directory)
    monkeypatch.setenv("PATH", f"{directory / 'bin'}:/bin:/usr/bin")
    assert compatibility.main(["-q"]) == 0
    assert "passed: 3.12\nnot here, not tried: 3.13" in capsys.readouterr().out

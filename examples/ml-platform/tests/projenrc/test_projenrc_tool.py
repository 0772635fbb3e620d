"""A tool is the one that is installed, or uv's, or it is said what to install."""

import sys
from collections.abc import Sequence

import pytest

from projenrc.tool import TOOLS, Machine, ToolMissingError, command_of, main, this_machine


def machine(
    programs: Sequence[str] = (), modules: Sequence[str] = (), *, is_uv_project: bool = True
) -> Machine:
    return Machine(
        which=lambda name: f"/bin/{name}" if name in programs else None,
        has_module=lambda name: name in modules,
        is_uv_project=is_uv_project,
    )


def test_what_is_installed_is_run() -> None:
    here = machine(["ruff", "uv"], ["pytest"])
    assert command_of("ruff", ["check", "a b"], here) == ["/bin/ruff", "check", "a b"]
    assert command_of("pytest", ["-x"], here) == [sys.executable, "-m", "pytest", "-x"]


def test_uv_brings_the_pinned_version() -> None:
    here = machine(["uv"])
    pin = TOOLS["ruff"].pin
    assert command_of("ruff", ["."], here) == ["/bin/uv", "tool", "run", "--from", pin, "ruff", "."]


def test_what_has_to_see_the_code_is_run_in_its_environment() -> None:
    command = command_of("mypy", ["src"], machine(["uv"]))
    assert command == [
        *("/bin/uv", "run", "--with", TOOLS["mypy"].pin, "python", "-m", "mypy", "src")
    ]


def test_plugins_of_pytest_make_it_another_tool() -> None:
    here = machine([], ["pytest", "pytest_benchmark"])
    command = command_of("pytest-benchmark", [], here)
    assert command == [sys.executable, "-m", "pytest", "--benchmark-only"]
    with pytest.raises(ToolMissingError, match="add pytest-cov to the group `dev`"):
        command_of("pytest-cov", [], here)


@pytest.mark.parametrize(
    ("name", "here", "advice"),
    [
        (
            "bandit",
            machine(),
            "bandit is not installed: add bandit to the group `dev`, or install uv",
        ),
        ("mypy", machine(["uv"], is_uv_project=False), "add mypy to the group"),
        ("trivy", machine(["uv"]), "install it with your system's package manager"),
    ],
)
def test_what_is_missing_is_named(
    name: str, here: Machine, advice: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([name], here) == 127
    assert advice in capsys.readouterr().err


def test_every_pin_is_exact() -> None:
    assert all("==" in tool.pin or name == "trivy" for name, tool in TOOLS.items())


@pytest.mark.parametrize("words", [[], ["nothing"]])
def test_which_tools_there_are(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert "which tool? bandit, " in capsys.readouterr().err


@pytest.mark.parametrize("status", [0, 3])
def test_status_is_the_tools(status: int) -> None:
    """pytest stands in for all of them: it is here, or this would not run."""
    here = Machine(this_machine().which, this_machine().has_module, True)
    arguments = ["--version"] if status == 0 else ["--no-such-option"]
    assert (main(["pytest", *arguments], here) == 0) is (status == 0)

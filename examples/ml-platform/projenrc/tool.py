"""Runs a tool that is not part of every environment: `python -m projenrc.tool NAME [ARGUMENT…]`.

It takes the one that is installed, else the version below by uv; where there is neither, it says
what to install.
"""

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

NOT_FOUND = 127


@dataclass(frozen=True)
class Tool:
    """A tool, and how it is run."""

    pin: str  # the distribution, for uv; empty if Python has none
    module: str = ""  # needs to be in the environment of the code; empty if it stands alone
    program: str = ""  # what it is called there, if not like the tool
    options: tuple[str, ...] = ()  # that make it this tool


TOOLS = {
    "bandit": Tool("bandit==1.9.4"),
    "markdown_py": Tool("markdown==3.11.3"),
    "mypy": Tool("mypy==2.4.1", module="mypy"),
    "pip-audit": Tool("pip-audit==2.10.1"),
    "pre-commit": Tool("pre-commit==4.7.0"),
    "pytest": Tool("pytest==9.2.0", module="pytest"),
    "pytest-benchmark": Tool(
        "pytest-benchmark==5.3.1",
        module="pytest_benchmark",
        program="pytest",
        options=("--benchmark-only",),
    ),
    "pytest-cov": Tool(
        "pytest-cov==7.1.0",
        module="pytest_cov",
        program="pytest",
        options=("--cov", "--cov-report=term-missing:skip-covered"),
    ),
    "ruff": Tool("ruff==0.17.5"),
    "trivy": Tool(""),
}


@dataclass(frozen=True)
class Machine:
    """What is installed here."""

    which: Callable[[str], str | None]
    has_module: Callable[[str], bool]
    is_uv_project: bool


class ToolMissingError(Exception):
    """Neither the tool nor uv is here."""


def command_of(name: str, arguments: Sequence[str], machine: Machine) -> list[str]:
    """The command that runs a tool here.

    Raises:
        ToolMissingError: nothing here can run it; the message says what to install.
    """
    tool = TOOLS[name]
    program = tool.program or name
    words = [*tool.options, *arguments]
    uv = machine.which("uv")
    if tool.module:
        if machine.has_module(tool.module):
            return [sys.executable, "-m", program, *words]
        if uv and machine.is_uv_project:
            return [uv, "run", "--with", tool.pin, "python", "-m", program, *words]
    elif found := machine.which(program):
        return [found, *words]
    elif uv and tool.pin:
        return [uv, "tool", "run", "--from", tool.pin, program, *words]
    raise ToolMissingError(_advice(name, tool))


def _advice(name: str, tool: Tool) -> str:
    if not tool.pin:
        return f"{name} is not installed: install it with your system's package manager"
    distribution = tool.pin.split("==")[0]
    return f"{name} is not installed: add {distribution} to the group `dev`, or install uv"


def this_machine() -> Machine:
    return Machine(
        which=shutil.which,
        has_module=lambda module: importlib.util.find_spec(module) is not None,
        is_uv_project=Path("pyproject.toml").is_file(),
    )


def main(words: Sequence[str], machine: Machine | None = None) -> int:
    """Run the tool that the first word names with the others; its status."""
    if not words or words[0] not in TOOLS:
        print(f"which tool? {', '.join(TOOLS)}", file=sys.stderr)
        return 2
    try:
        command = command_of(words[0], words[1:], machine or this_machine())
    except ToolMissingError as missing:
        print(missing, file=sys.stderr)
        return NOT_FOUND
    try:
        return subprocess.run(command, check=False).returncode  # noqa: S603 - no shell; words of the user
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

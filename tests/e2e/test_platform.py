"""The reference platform's own tests, in an environment made from its lock."""

from pathlib import Path

import pytest

from support.commands import succeed


@pytest.fixture(scope="module")
def python(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    environment = tmp_path_factory.mktemp("platform") / "venv"
    lock = repository / "examples/ml-platform/requirements.lock"
    succeed("uv", "venv", "--quiet", environment)
    python = environment / "bin/python"
    succeed("uv", "pip", "sync", "--quiet", "--require-hashes", "--python", python, lock)
    return python


@pytest.mark.parametrize(
    "check",
    [
        ("pytest", "-q", "-p", "no:cacheprovider", "--cov"),  # fails under [tool.coverage.report]
        ("ruff", "check", "--no-cache", "."),
        ("ruff", "format", "--check", "--no-cache", "."),
        ("mypy", "--cache-dir=/dev/null"),
    ],
    ids=["tests", "lint", "format", "types"],
)
def test_platform(repository: Path, python: Path, check: tuple[str, ...]) -> None:
    environment = python.parents[1]
    settings = {
        "PYTHONPYCACHEPREFIX": str(environment / "bytecode"),
        "COVERAGE_FILE": str(environment / "coverage"),
    }
    succeed(python, "-m", *check, directory=repository / "examples/ml-platform", settings=settings)

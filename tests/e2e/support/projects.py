"""Projects as users have them, before MLX comes."""

import shutil
from pathlib import Path

from support.commands import succeed
from support.trees import write_files

DEMO = Path(__file__).parents[3] / "demo/project"
GITIGNORE = "__pycache__/\n.venv/\n.pytest_cache/\n"


def make_bare(directory: Path) -> None:
    """What `uv init --bare` leaves: a pyproject.toml and nothing else."""
    succeed("uv", "init", "--quiet", "--bare", "--name", "fresh", directory, directory=directory.parent)


def make_flat(directory: Path) -> None:
    """A package at the top, not installed: without a build system, and pytest not told where to find it."""
    write_files(
        directory,
        {
            ".gitignore": GITIGNORE,
            "pyproject.toml": """\
# The price list, and what is done with it.
[project]
name = "shop"
version = "2.0.0"
requires-python = ">=3.11"
dependencies = []

[dependency-groups]
dev = ["pytest>=8"]

[tool.pytest.ini_options]
testpaths = ["tests"]  # not `scripts`
""",
            "shop/__init__.py": '"""A shop."""\n',
            "shop/pricing.py": """\
from shop.rounding import to_cents


def price(net: float, rate: float) -> float:
    return to_cents(net * (1 + rate))
""",
            "shop/rounding.py": "def to_cents(amount: float) -> float:\n    return round(amount, 2)\n",
            "scripts/nightly.py": "from shop.pricing import price\n\nprint(price(1, 0.19))\n",
            "tests/__init__.py": "",
            "tests/test_pricing.py": """\
from shop.pricing import price


def test_price() -> None:
    assert price(100, 0.19) == 119.0
""",
        },
    )


def make_poetry(directory: Path, index: str) -> None:
    """Poetry's own tables, a build system, a package under src/, and the team's own package index."""
    write_files(
        directory,
        {
            ".gitignore": GITIGNORE,
            "README.md": "# fraud-score\n",
            "pyproject.toml": f"""\
[tool.poetry]
name = "fraud-score"
version = "1.4.2"
description = "How likely an order is fraud"
authors = ["Risk team <risk@example.com>"]
readme = "README.md"
packages = [{{ include = "fraud_score", from = "src" }}]

[tool.poetry.dependencies]
python = "^3.11"
click = "^8.1"

[tool.poetry.group.dev.dependencies]
pytest = ">=8"

[[tool.poetry.source]]
name = "team"
url = "{index}"

[build-system]
requires = ["poetry-core>=2.0"]
build-backend = "poetry.core.masonry.api"
""",
            "src/fraud_score/__init__.py": "",
            "src/fraud_score/score.py": """\
def score(amount: float, orders_before: int) -> float:
    return min(1.0, amount / 1000 / (1 + orders_before))
""",
            "tests/test_score.py": """\
from fraud_score.score import score


def test_score() -> None:
    assert score(500, 0) == 0.5
    assert score(500, 9) < 0.1
""",
        },
    )


def make_requirements(directory: Path) -> None:
    """No pyproject.toml: requirements.txt, CRLF as an editor on Windows left it, and no package index but pip's."""
    write_files(
        directory,
        {
            ".gitignore": GITIGNORE,
            "requirements.txt": "# what the ranker runs on\r\nclick>=8.1,<9\r\n",
            "ranker/__init__.py": "",
            "ranker/rank.py": """\
def rank(scores: dict[str, float]) -> list[str]:
    return sorted(scores, key=scores.__getitem__, reverse=True)
""",
            "tests/test_rank.py": """\
from ranker.rank import rank


def test_rank() -> None:
    assert rank({"a": 0.1, "b": 0.9}) == ["b", "a"]
""",
            "pytest.ini": "[pytest]\npythonpath = .\n",
        },
    )


def make_demo(directory: Path) -> None:
    """The project of the demo: a package of its own below src/, with tests and data."""
    shutil.copytree(DEMO, directory, dirs_exist_ok=True)

"""`mlx recommend`: what is said, in which order, and what is not said again."""

import json
from pathlib import Path

from conftest import Mlx
from support.trees import write_files

RETRY = """\
import time

import requests


def fetch(url):
    for attempt in range(3):
        try:
            return requests.get(url, timeout=5).json()
        except requests.RequestException:
            time.sleep(2**attempt)
"""
SETTINGS = """\
import os

PORT = int(os.getenv("PORT", "8000"))
DEBUG = os.getenv("DEBUG", "0") == "1"
TIMEOUT = float(os.environ["TIMEOUT"])
"""


def components(mlx: Mlx, project: Path, *options: str) -> list[str]:
    answer = json.loads(mlx("recommend", "--json", "-C", project, *options).output)
    return [recommendation["component"] for recommendation in answer["recommendations"]]


def test_says_what_where_and_how(mlx: Mlx, project: Path) -> None:
    write_files(project, {"src/client.py": RETRY})
    done = mlx("recommend", "-C", project)
    assert (done.status, done.errors) == (0, "")
    assert "utility-framework" in done.output
    assert "src/client.py:7" in done.output
    assert "mlx add utility-framework" in done.output


def test_nothing_to_say_is_said(mlx: Mlx, project: Path) -> None:
    done = mlx("recommend", "-C", project)
    assert (done.status, done.errors) == (0, "")
    assert done.output.startswith("Nothing")
    assert components(mlx, project) == []


def test_the_most_are_limited(mlx: Mlx, project: Path) -> None:
    write_files(project, {"src/client.py": RETRY, "src/client2.py": RETRY, "src/config2.py": SETTINGS})
    assert components(mlx, project) == ["utility-framework", "config-management"]
    assert components(mlx, project, "--limit", "1") == ["utility-framework"]
    write_files(project, {"mlx.toml": "[bot]\nreview = { recommend = 1 }\n"})
    assert components(mlx, project) == ["utility-framework"]
    assert mlx("recommend", "--limit", "0", "-C", project).status == 2


def test_what_is_here_or_refused_is_not_said_again(mlx: Mlx, project: Path) -> None:
    write_files(project, {"src/client.py": RETRY, "src/config2.py": SETTINGS})
    write_files(project, {"mlx.toml": '[bot]\nignore = ["config-management"]\n'})
    assert components(mlx, project) == ["utility-framework"]
    assert mlx("add", "utility-framework", "-C", project).status == 0
    assert components(mlx, project) == []


def test_wrong_configuration_is_an_error_that_names_it(mlx: Mlx, project: Path) -> None:
    write_files(project, {"mlx.toml": '[bot]\nignore = ["no such name!"]\n'})
    done = mlx("recommend", "-C", project)
    assert (done.status, done.output) == (2, "")
    assert "mlx.toml: bot.ignore" in done.errors


def test_registry_of_ones_own(mlx: Mlx, project: Path, registry: Path) -> None:
    write_files(project, {"src/client.py": RETRY})
    assert components(mlx, project, "--registry", str(registry)) == []

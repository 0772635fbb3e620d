"""What a project has."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from projenrc.layout import InstalledComponent, Layout, make_targets

Write = Callable[[Mapping[str, str]], Path]

LOCK = """\
{"version": 1, "components": {
  "api-serving": {"importRoot": "shop", "files": {
    "src/shop/api/app.py": {}, "tests/api/test_app.py": {}, "tests/api/conftest.py": {},
    "tests/test_whole.py": {}, "conf/api/default.yaml": {}}},
  "cli": {"files": {}},
  "odd": 3}}
"""


def test_component_is_what_the_lock_says(write: Write) -> None:
    layout = Layout(write({"mlx.lock": LOCK, "src/shop/__init__.py": ""}), "shop")
    tests = ("tests/api", "tests/test_whole.py")
    assert layout.component("api-serving") == InstalledComponent(
        "api-serving", "shop", "src", tests
    )
    assert layout.component("cli") == InstalledComponent("cli", "shop", "src", ())
    assert layout.component("odd") is None
    assert layout.component_names == ["api-serving", "cli"]
    assert layout.component("nothing") is None


def test_component_of_a_platform_is_what_its_configuration_says(write: Write) -> None:
    directory = write(
        {
            "mlx.toml": 'import-root = "shop"\n[components.prices]\npaths = ["shop/prices"]\n',
            "shop/prices/__init__.py": "",
            "tests/prices/test_prices.py": "",
        }
    )
    layout = Layout(directory, "shop")
    assert layout.is_platform
    expected = InstalledComponent("prices", "shop", ".", ("tests/prices",))
    assert layout.component("prices") == expected
    assert layout.component_names == ["prices"]


def test_configuration_may_be_in_pyproject(write: Write) -> None:
    text = '[tool.mlx.components.prices]\npaths = ["shop/prices"]\n'
    assert Layout(write({"pyproject.toml": text}), "shop").is_platform


@pytest.mark.parametrize("text", ["", "{", "[]", '{"components": 3}', "\x00"])
def test_lock_that_is_broken_knows_nothing(write: Write, text: str) -> None:
    layout = Layout(write({"mlx.lock": text, "mlx.toml": "components = 3"}), "shop")
    assert layout.component("api-serving") is None
    assert not layout.is_platform


@pytest.mark.parametrize(
    ("files", "manager"),
    [
        ({"pyproject.toml": "[project]\n"}, "uv"),
        ({"pyproject.toml": "[tool.poetry]\n"}, "poetry"),
        ({"pyproject.toml": "[tool.poetry]\n", "uv.lock": ""}, "uv"),
        ({"requirements.txt": ""}, "pip"),
        ({"requirements.txt": "", "pyproject.toml": ""}, "uv"),
        ({}, "uv"),
    ],
)
def test_manager(write: Write, files: dict[str, str], manager: str) -> None:
    assert Layout(write(files), "shop").manager == manager


def test_sources(write: Write) -> None:
    directory = write({"README.md": ""})
    assert Layout(directory, "shop").sources == (".",)
    write({"shop/__init__.py": ""})
    assert Layout(directory, "shop").sources == ("shop",)
    write({"src/shop/__init__.py": ""})
    assert Layout(directory, "shop").sources == ("src",)


def test_pages(write: Write) -> None:
    directory = write({"docs/a.txt": ""})
    assert not Layout(directory, "shop").has_pages
    write({"docs/guide/a.md": ""})
    assert Layout(directory, "shop").has_pages


def test_targets_of_make() -> None:
    text = (
        ".PHONY: test lint\n"
        "PYTHON := python\n"
        "FLAGS = -x: y\n"
        "# Run them all\n"
        "test: build\n\tpytest\n"
        "lint:: ## Check the style\n\truff check\n"
        "build dist/x.whl docs.all:\n\tuv build\n"
        "%.o: %.c\n\tcc\n"
        "$(OUT)/x: y\n"
        "test: more\n"
        "-x: y\n"
    )
    assert make_targets(text) == {
        "test": "Run them all",
        "lint": "Check the style",
        "build": "",
        "docs.all": "",
    }


def test_make_reads_one_of_three_files(write: Write) -> None:
    directory = write({"Makefile": "a:\n"})
    assert Layout(directory, "shop").make_targets == {"a": ""}
    write({"GNUmakefile": "b:\n"})
    assert Layout(directory, "shop").make_targets == {"b": ""}
    assert Layout(directory / "none", "shop").make_targets == {}

"""pyproject.toml: what it says, and what it is made of."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from projenrc.existing import MARKER
from projenrc.pyproject import (
    declared_distributions,
    distribution_of,
    find_module,
    merged,
    module_of,
    override_path,
    read_metadata,
    read_pyproject,
    requirement,
    tool_tables,
)

Write = Callable[[Mapping[str, str]], Path]


def test_metadata_is_what_the_user_wrote(write: Write) -> None:
    directory = write(
        {
            "pyproject.toml": '[project]\nname = "Shop.API"\nversion = "2.1"\n'
            'description = "Prices"\nrequires-python = ">=3.12"\n',
            "src/shop_api/__init__.py": "",
        }
    )
    found = read_metadata(directory)
    assert (found.name, found.version, found.description) == ("Shop.API", "2.1", "Prices")
    assert (found.requires_python, found.module_name) == (">=3.12", "shop_api")


def test_metadata_of_poetry(write: Write) -> None:
    text = '[tool.poetry]\nname = "fraud-score"\nversion = "1.4.2"\ndescription = "How likely"\n'
    found = read_metadata(write({"pyproject.toml": text}))
    assert (found.name, found.version, found.description) == ("fraud-score", "1.4.2", "How likely")


def test_directory_names_a_project_that_nothing_names(write: Write) -> None:
    directory = write({"my shop!/requirements.txt": "", "---/x": ""})
    assert read_metadata(directory / "my shop!").name == "my-shop"
    assert read_metadata(directory / "my shop!").version == "0.1.0"
    assert read_metadata(directory / "---").name == "project"


def test_file_that_projen_made_does_not_say_what_it_is_made_of(write: Write) -> None:
    directory = write({"pyproject.toml": f'# {MARKER}.\n[project]\nname = "shop"\n'})
    with pytest.raises(ValueError, match="give MLXProject its name"):
        read_metadata(directory)


@pytest.mark.parametrize("text", ["[project", "name = \x01", "[project]\nname = 1\nname = 2\n"])
def test_invalid_file_is_named(write: Write, text: str) -> None:
    with pytest.raises(ValueError, match=r"pyproject\.toml: "):
        read_metadata(write({"pyproject.toml": text}))


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ValueError, match=r"pyproject\.toml: "):
        read_pyproject(tmp_path)


def test_values_of_other_types_are_not_taken(write: Write) -> None:
    found = read_metadata(
        write({"pyproject.toml": 'tool = 3\n[project]\nname = "a"\nversion = 2\n'})
    )
    assert (found.name, found.version) == ("a", "0.1.0")


@pytest.mark.parametrize(
    ("files", "module"),
    [
        (["src/my_shop/__init__.py"], "my_shop"),
        (["my_shop/__init__.py", "src/other/__init__.py"], "my_shop"),
        (["src/__init__.py", "src/api/__init__.py"], "src"),
        (["src/prices/__init__.py"], "prices"),
        (["src/a/__init__.py", "src/b/__init__.py"], "my_shop"),
        ([], "my_shop"),
    ],
)
def test_module_is_found(write: Write, files: list[str], module: str) -> None:
    directory = write(dict.fromkeys(files, ""))
    assert find_module(directory, "my-shop") == module


def test_module_is_a_name_of_pythons() -> None:
    assert module_of("ML.Platform-2") == "ml_platform_2"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("fastapi>=0.110.0", "fastapi>=0.110.0"),
        ("uvicorn[standard]>=0.30,<1", "uvicorn[standard]>=0.30,<1"),
        ('tomli>=2; python_version < "3.11"', 'tomli>=2; python_version < "3.11"'),
        ("fastapi@^0.110.0", "fastapi>=0.110.0,<1.0.0"),
        ("fastapi@^2", "fastapi>=2,<3.0.0"),
        ("fastapi@~1.4.2", "fastapi>=1.4.2,<1.5.0"),
        ("fastapi@~1", "fastapi>=1.0.0,<1.1.0"),
        ("fastapi@~1.4", "fastapi>=1.4.0,<1.5.0"),
        ("fastapi@>=0.110.0", "fastapi>=0.110.0"),
        ("fastapi@!=1", "fastapi!=1"),
        ("fastapi@~=1.2", "fastapi~=1.2"),
        ("fastapi@1.2.3", "fastapi==1.2.3"),
        ("fastapi@^1.x", "fastapi==^1.x"),
        ("fastapi@*", "fastapi"),
        ("x @ https://example.com/x.whl", "x @ https://example.com/x.whl"),
        ("x@git+https://example.com/x@v1", "x@git+https://example.com/x@v1"),
        ("x @file:///x.whl", "x @file:///x.whl"),
    ],
)
def test_requirement(written: str, meant: str) -> None:
    name, _, version = written.partition("@")  # as projen parts it
    assert requirement(name, version or None) == meant


@pytest.mark.parametrize(
    ("text", "name"),
    [("Uvicorn[standard]>=0.30", "uvicorn"), (" types_PyYAML", "types-pyyaml"), ("", "")],
)
def test_distribution_of(text: str, name: str) -> None:
    assert distribution_of(text) == name


def test_declared_distributions() -> None:
    content = {
        "project": {"dependencies": ["FastAPI>=1"], "optional-dependencies": {"x": ["torch"]}},
        "dependency-groups": {"dev": ["pytest>=8", {"include-group": "x"}], "odd": 3},
        "tool": {
            "poetry": {
                "dependencies": {"python": "^3.11"},
                "group": {"dev": {"dependencies": {"types_PyYAML": "*"}}, "odd": 3},
            }
        },
    }
    names = {"fastapi", "torch", "pytest", "python", "types-pyyaml"}
    assert declared_distributions(content) == names
    assert declared_distributions({}) == set()


@pytest.mark.parametrize(("python", "minor"), [(">=3.12,<4", "12"), ("==3.13.*", "11"), ("", "11")])
def test_tools_are_set_for_the_lowest_python(python: str, minor: str) -> None:
    tables = tool_tables("shop", python, 88)
    assert tables["ruff"]["target-version"] == f"py3{minor}"
    assert tables["ruff"]["line-length"] == 88
    assert tables["mypy"]["python_version"] == f"3.{minor}"
    assert tables["hatch"]["build"]["targets"]["wheel"]["packages"] == ["src/shop"]


def test_tables_are_laid_over_each_other() -> None:
    base: dict[str, Any] = {
        "ruff": {"line-length": 100, "lint": {"select": ["E"], "ignore": ["S101"]}},
        "mypy": {},
    }
    over = {
        "ruff": {"lint": {"select": ["ALL"], "ignore": None}},
        "mypy": None,
        "uv": {"package": True},
    }
    assert merged(base, over) == {
        "ruff": {"line-length": 100, "lint": {"select": ["ALL"]}},
        "uv": {"package": True},
    }
    assert base["ruff"]["lint"] == {"select": ["E"], "ignore": ["S101"]}


def test_dots_of_a_key_are_not_those_of_a_path() -> None:
    assert override_path("tool", "a.b") == "tool.a\\.b"

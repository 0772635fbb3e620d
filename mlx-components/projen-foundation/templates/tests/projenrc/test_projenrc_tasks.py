"""The table of tasks: what there is depends on what the project has."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from projenrc.layout import InstalledComponent, Layout
from projenrc.tasks import (
    TaskEntry,
    checked_name,
    component_table,
    task_table,
    tasks_of_component,
)

Write = Callable[[Mapping[str, str]], Path]

EVERYTHING = {
    ".pre-commit-config.yaml": "",
    "Makefile": "test: ## Run them\n\tpytest\nlint:\n\truff\n",
    "docs/a.md": "# A\n",
    "mlx-components/registry.json": "{}",
    "mlx.toml": '[components.a]\npaths = ["src/a"]\n',
    "src/a/__init__.py": "",
    "tests/test_speed.py": "def test_speed(\n    benchmark: object,\n) -> None: ...\n",
}


def by_name(table: list[TaskEntry]) -> dict[str, TaskEntry]:
    found = {entry.name: entry for entry in table}
    assert len(found) == len(table), "a name twice"
    return found


def test_project_with_everything_has_more_than_thirty(write: Write) -> None:
    table = by_name(task_table(Layout(write(EVERYTHING), "shop")))
    assert len(table) > 30
    assert {
        "docs:build",
        "pre-commit:install",
        "test:benchmark",
        "mlx:extract-components",
        "make:lint",
    } <= set(table)
    assert table["make:test"].description == "Run them"
    assert table["make:lint"].description == "Run `make lint`"
    assert table["make:lint"].steps[0].command == ("make", "lint")
    assert "src" in table["security:bandit"].steps[0].command


def test_what_is_absent_has_no_tasks(tmp_path: Path) -> None:
    table = by_name(task_table(Layout(tmp_path, "shop")))
    prefixes = ("docs:", "make:", "pre-commit:", "api:")
    assert not [name for name in table if name.startswith(prefixes)]
    absent = {"mlx:extract-components", "mlx:validate-registry", "test:benchmark"}
    assert not absent & set(table)


def test_platform_without_a_catalogue_makes_one(write: Write) -> None:
    table = by_name(task_table(Layout(write({"mlx.toml": EVERYTHING["mlx.toml"]}), "shop")))
    assert "mlx:extract-components" in table
    assert "mlx:validate-registry" not in table
    assert "./.venv,./node_modules,./projenrc,./tests" in table["security:bandit"].steps[0].command


def test_only_uv_makes_an_environment_for_each_python(write: Write) -> None:
    assert "test:compatibility" in by_name(task_table(Layout(write({}), "shop")))
    poetry = write({"pyproject.toml": "[tool.poetry]\n"})
    assert "test:compatibility" not in by_name(task_table(Layout(poetry, "shop")))


def test_every_task_does_something_and_says_what(write: Write) -> None:
    layout = Layout(write(EVERYTHING), "shop")
    serving = InstalledComponent("api-serving", "shop", "src", ("tests/api",))
    table = by_name([*task_table(layout), *tasks_of_component(serving)])
    for entry in table.values():
        assert entry.description
        assert entry.steps
        for step in entry.steps:
            assert bool(step.command) != bool(step.spawn)
            assert not step.spawn or step.spawn in table


def test_tasks_of_mlx_forward_what_they_are_given(tmp_path: Path) -> None:
    table = by_name(task_table(Layout(tmp_path, "shop")))
    for name in ("add", "remove", "update", "list", "info", "diff", "check", "explain", "rules"):
        [step] = table[f"mlx:{name}"].steps
        assert step.command == ("mlx", name)
        assert step.receives


def test_component_is_tested_updated_and_served() -> None:
    component = InstalledComponent("api-serving", "shop", "src", ("tests/api",))
    table = by_name(tasks_of_component(component))
    assert table["mlx:update-api-serving"].steps[0].command == ("mlx", "update", "api-serving")
    assert table["mlx:test-api-serving"].steps[0].command[-2:] == ("pytest", "tests/api")
    assert table["api:dev"].steps[0].command[:2] == ("uvicorn", "shop.api.main:app")
    [production] = table["api:prod"].steps
    assert production.command == ("python", "-m", "shop.api")
    assert dict(production.environment) == {"APP_ENV": "production", "PYTHONPATH": "src"}


def test_component_without_tests_has_no_task_for_them() -> None:
    table = by_name(tasks_of_component(InstalledComponent("cli", "shop", "src", ())))
    assert set(table) == {"mlx:update-cli"}


def test_declared_components(write: Write) -> None:
    lock = '{"components": {"cli": {"files": {"tests/cli/test_cli.py": {}}}}}'
    layout = Layout(write({"mlx.lock": lock}), "shop")
    here = by_name(component_table(layout, []))
    assert set(here) == {"mlx:test-cli", "mlx:update-cli"}
    table = by_name(component_table(layout, ["cli", "api-serving"]))
    # What is declared and not here yet is neither tested nor served.
    assert set(table) == {
        *("mlx:test-cli", "mlx:update-api-serving", "mlx:update-cli", "mlx:synth-components")
    }
    [step] = table["mlx:synth-components"].steps
    assert step.command == ("mlx", "add", "api-serving", "cli")


@pytest.mark.parametrize("name", ["", "Api", "a b", "-a", "a-", "a/b", "a" * 65, "a\n", "--all"])
def test_what_is_no_name_of_a_component(name: str) -> None:
    with pytest.raises(ValueError, match="is not the name of a component"):
        checked_name(name)


def test_names_of_components() -> None:
    assert [checked_name(name) for name in ("a", "a-1", "a" * 64)] == ["a", "a-1", "a" * 64]

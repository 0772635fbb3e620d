"""What is said of tables and plugins."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from src.plugins import plugin

Run = Callable[..., Any]
Write = Callable[[str, str], Path]

SCHEMA = "columns:\n  id: {type: integer, unique: true}\n  plan: {type: text}\n"


def test_a_valid_table(run: Run, write: Write) -> None:
    table = write("t.csv", "id,plan\n1,a\n2,b\n")
    done = run("data", "validate", table, "--schema", write("s.yaml", SCHEMA))
    assert done.exit_code == 0
    assert "2 rows, 0 problems" in done.output


def test_problems_are_shown_up_to_a_limit(run: Run, write: Write) -> None:
    table, schema = write("t.csv", "id,plan\n1,\nhunter2,b\n1,c\n"), write("s.yaml", SCHEMA)
    done = run("data", "validate", table, "--schema", schema, "--limit", "2")
    assert done.exit_code == 1
    assert done.output.splitlines() == [
        "row 1, plan: has no value",
        "row 2, id: is not an integer",
        "and 1 more",
        f"{table}: 3 rows, 3 problems",
    ]
    done = run("data", "validate", table, "--schema", schema, "--limit", "1", "--json")
    assert done.exit_code == 1
    assert json.loads(done.output) == {
        "rows": 3,
        "problems": 3,
        "shown": [{"row": 1, "column": "plan", "message": "has no value"}],
    }


@pytest.mark.parametrize(
    ("table", "schema", "told"),
    [
        ("t.txt", "s.yaml", "suffix"),
        ("nothing.csv", "s.yaml", "nothing.csv"),
        ("t.csv", "nothing.yaml", "nothing.yaml"),
    ],
)
def test_files_that_cannot_be_read(
    run: Run, write: Write, table: str, schema: str, told: str
) -> None:
    directory = write("t.csv", "id,plan\n").parent
    write("s.yaml", SCHEMA)
    done = run("data", "validate", directory / table, "--schema", directory / schema)
    assert done.exit_code == 1
    assert told in done.output


def test_describing(run: Run, write: Write) -> None:
    table = write("t.csv", "id,plan\n1,a\n2,\n")
    assert run("data", "describe", table).output.splitlines() == [
        "column  type    rows  missing  distinct  minimum  maximum  mean",
        "id      number  2     0        2         1        2        1.5",
        "plan    text    2     1        1",
    ]
    described = json.loads(run("data", "describe", table, "--json").output)
    assert [column["missing"] for column in described] == [0, 1]


def test_settings_hold_for_commands(
    run: Run, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA_MAX_FILE_MB", "0.000001")
    done = run("data", "describe", write("t.csv", "id\n1\n"))
    assert (done.exit_code, "max_file_mb" in done.output) == (1, True)


MODULE = f"""\
from {plugin.__module__} import plugin

@plugin("preprocessor", "scale", version="1.2", requires=["preprocessor/clean"])
class Scale:
    def __init__(self):
        raise AssertionError("it must not be made")
"""


@pytest.fixture
def _conf_with_plugins(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = write("plugins_of_this_test.py", MODULE).parent
    monkeypatch.syspath_prepend(directory)
    write("config.yaml", "plugins:\n  modules: [plugins_of_this_test]\n")
    monkeypatch.setenv("APP_CONFIG_DIR", str(directory))


@pytest.mark.usefixtures("_conf_with_plugins")
def test_plugins_are_listed_and_not_made(run: Run) -> None:
    heads, line = run("plugins", "list").output.splitlines()
    assert heads.split() == ["kind", "name", "version", "requires", "source"]
    assert line.split() == [
        "preprocessor",
        "scale",
        "1.2",
        "preprocessor/clean",
        "plugins_of_this_test:Scale",
    ]
    assert json.loads(run("plugins", "list", "--kind", "scorer", "--json").output) == []
    (listed,) = json.loads(run("plugins", "list", "--json").output)
    assert listed["name"] == "scale"


def test_a_plugin_that_cannot_be_found_is_told(
    run: Run, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    conf = write("config.yaml", "plugins:\n  modules: [no_such_module_here]\n").parent
    monkeypatch.setenv("APP_CONFIG_DIR", str(conf))
    done = run("plugins", "list")
    assert (done.exit_code, "no_such_module_here" in done.output) == (1, True)

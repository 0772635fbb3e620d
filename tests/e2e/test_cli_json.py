"""Every answer for programs is what docs/schema says, and every schema is used."""

import json
from pathlib import Path

import pytest

from conftest import Mlx
from support.commands import Finished
from support.schemas import SCHEMAS, complaints_about
from support.trees import write_files
from test_cli_recommend import RETRY


def validate(done: Finished, schema: str) -> None:
    assert done.errors == "", str(done)
    complaints = complaints_about(f"cli-{schema}", done.output)
    assert not complaints, f"{done}\n{complaints}"


@pytest.mark.parametrize("component", ["greeting", "api-serving"])
def test_answers_fit_their_schemas(mlx: Mlx, project: Path, registry: Path, component: str) -> None:
    options = ["--json", "-C", project]
    if component == "greeting":
        options += ["--registry", registry]
    validate(mlx("list", *options), "list")
    validate(mlx("list", "e", *options), "list")
    validate(mlx("info", component, *options), "info")
    validate(mlx("add", component, "--dry-run", *options), "add")
    validate(mlx("add", component, *options), "add")
    validate(mlx("add", component, *options), "add")
    validate(mlx("info", component, *options), "info")
    validate(mlx("status", *options), "status")
    validate(mlx("recommend", *options), "recommend")
    validate(mlx("diff", *options), "diff")
    validate(mlx("update", *options), "update")
    validate(mlx("rules", "--check", *options), "rules")
    validate(mlx("rules", *options), "rules")
    validate(mlx("rules", *options), "rules")
    validate(mlx("check", *options), "check")
    validate(mlx("check", "--matrix", *options), "check")
    validate(mlx("doctor", *options), "doctor")
    validate(mlx("init", "--json", "-C", project), "add")
    validate(mlx("init", "--json", "-C", project), "add")
    validate(mlx("remove", component, "--dry-run", *options), "remove")
    validate(mlx("remove", component, *options), "remove")
    validate(mlx("status", *options), "status")
    created = ("create", project.parent / "made", "--components", component, "--offline", "--json")
    validate(mlx(*created, *(options[-2:] if component == "greeting" else ())), "create")


def test_answers_about_several_registries_fit_too(mlx: Mlx, project: Path, registry: Path) -> None:
    """What is from another registry than the default one is called `@acme/greeting`."""
    write_files(project, {"mlx.toml": f'[registries]\nacme = "{registry}"\n', "src/client.py": RETRY})
    options = ("--json", "-C", project)
    listed = mlx("list", *options)
    assert "@acme/greeting" in listed.output
    validate(listed, "list")
    validate(mlx("list", "greet", *options), "list")
    validate(mlx("info", "@acme/greeting", *options), "info")
    validate(mlx("check", "@acme/greeting", *options), "check")
    validate(mlx("check", "--matrix", *options), "check")
    validate(mlx("recommend", *options), "recommend")
    validate(mlx("add", "@acme/greeting", "--dry-run", *options), "add")
    validate(mlx("add", "@acme/greeting", "api-serving", *options), "add")
    validate(mlx("list", "--installed", *options), "list")
    validate(mlx("status", *options), "status")
    validate(mlx("diff", *options), "diff")
    validate(mlx("update", *options), "update")
    validate(mlx("doctor", *options), "doctor")
    validate(mlx("remove", "greeting", *options), "remove")


def test_a_diff_of_bytes_that_are_no_utf8_is_an_answer(mlx: Mlx, project: Path) -> None:
    (project / ".env.example").write_bytes("# gr\xfc\xdfe\n".encode("latin-1"))
    validate(mlx("add", "config-management", "--dry-run", "--json", "-C", project), "add")


def test_answers_about_what_is_wrong_fit_too(mlx: Mlx, project: Path, registry: Path) -> None:
    options = ("--json", "-C", project, "--registry", registry)
    write_files(project, {"src/greeting.py": "mine = 1\n"})
    validate(mlx("add", "greeting", *options), "add")
    mlx("add", "greeting", "--overwrite", *options)
    write_files(project, {"src/greeting.py": "mine = 2\n", ".env.example": ""})
    (project / "tests/test_greeting.py").unlink()
    validate(mlx("status", *options), "status")
    validate(mlx("doctor", *options), "doctor")
    validate(mlx("remove", "greeting", *options), "remove")
    mlx("add", "api-serving", "-C", project)
    write_files(project, {"src/api.py": "hidden = True\n"})
    hidden = mlx("check", "--json", "-C", project)
    assert hidden.status == 1
    validate(hidden, "check")
    (project / "src/api.py").unlink()
    refused = mlx("remove", "config-management", "--json", "-C", project)
    assert refused.status == 1
    validate(refused, "remove")
    validate(mlx("create", project / "old", "--components", "api-serving", "--python", "3.9", "--json"), "create")
    write_files(project, {"pyproject.toml": "["})
    validate(mlx("doctor", *options), "doctor")


def test_a_schema_refuses_what_it_does_not_know(mlx: Mlx, project: Path) -> None:
    done = mlx("list", "--json", "-C", project)
    answer = json.loads(done.output) | {"more": 1}
    with pytest.raises(AssertionError):
        validate(Finished(done.command, 0, json.dumps(answer), ""), "list")
    assert {path.name for path in SCHEMAS.glob("cli-*.json")} == {
        f"cli-{name}.json" for name in ("add", "check", "create", "diff", "doctor", "extract", "info", "list", "recommend", "registry", "remove", "rules", "status", "test", "update")
    }

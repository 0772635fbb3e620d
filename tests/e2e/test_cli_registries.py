"""Registries that are broken, or mean harm."""

import json
from pathlib import Path
from typing import Any

import pytest

from conftest import Mlx
from support.registries import Component, greeting, index_of, write_description, write_registry
from support.trees import read_tree, write_files


def refused(mlx: Mlx, project: Path, registry: Path, name: str = "greeting") -> str:
    """What is said, when nothing may be written: not in the project, and not around it."""
    before = read_tree(project.parent)
    done = mlx("add", name, "-C", project, "--registry", registry)
    assert (done.status, done.output) == (2, ""), str(done)
    assert done.errors.count("\n") == 1, "one line is enough"
    assert read_tree(project.parent) == before
    return done.errors


def test_circular_requirements(mlx: Mlx, project: Path, tmp_path: Path) -> None:
    circle = {"egg": "hen", "hen": "cock", "cock": "egg"}
    components = [Component(name, {f"src/{name}.py": ""}, components={other: "^1.0"}) for name, other in circle.items()]
    registry = write_registry(tmp_path / "registry", *components)
    assert "egg → hen → cock → egg" in refused(mlx, project, registry, "egg")


def test_requires_what_is_not_there(mlx: Mlx, project: Path, tmp_path: Path) -> None:
    top = Component("top", {"src/top.py": ""}, components={"bottom": "^1.0"})
    assert "`top` requires `bottom`" in refused(mlx, project, write_registry(tmp_path / "registry", top), "top")


def test_requires_another_version(mlx: Mlx, project: Path, tmp_path: Path) -> None:
    top = Component("top", {"src/top.py": ""}, components={"bottom": "^2.0"})
    bottom = Component("bottom", {"src/bottom.py": ""}, version="1.9.0")
    message = refused(mlx, project, write_registry(tmp_path / "registry", top, bottom), "top")
    assert "^2.0" in message
    assert "1.9.0" in message


@pytest.mark.parametrize(
    ("text", "place"), [("{\n  oops", "registry.json:2:3"), ("", "registry.json"), ("[]", "registry.json")]
)
def test_index_is_not_json(mlx: Mlx, project: Path, registry: Path, text: str, place: str) -> None:
    write_files(registry, {"registry.json": text})
    assert place in refused(mlx, project, registry)


def test_no_index(mlx: Mlx, project: Path, registry: Path) -> None:
    (registry / "registry.json").unlink()
    assert "registry.json" in refused(mlx, project, registry)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("items[0].meta.mlx.version", None),
        ("items[0].meta.mlx.version", "one"),
        ("items[0].meta.mlx.sha256", None),
        ("items[0].meta.mlx.sha256", 7),
        ("items[0].meta.mlx.component", "../elsewhere/component.json"),
        ("items[0].meta.mlx.type", "utilty"),
        ("items[0].name", None),
        ("items[0].name", "Not A Name"),
        ("items", {}),
    ],
)
def test_wrong_field_in_the_index(mlx: Mlx, project: Path, registry: Path, path: str, value: Any) -> None:
    index = index_of([greeting()])
    _set(index, path, value)
    write_files(registry, {"registry.json": json.dumps(index)})
    assert f"registry.json: {path}: " in refused(mlx, project, registry)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("files[1].target", None),
        ("files[0].sha256", "abc"),
        ("files[0].kind", "sourc"),
        ("files[0].mode", "100777"),
        ("files[1].target", "src/greeting.py"),
        ("requires", None),
        ("requires.distributions[0]", "httpx >>> 1"),
        ("requires.groups.dev[0]", 8),
        ("requires.components", []),
        ("requires.environment[0].name", "NOT A NAME"),
        ("version", "1.0"),
    ],
)
def test_wrong_field_in_a_component(mlx: Mlx, project: Path, registry: Path, path: str, value: Any) -> None:
    description = greeting().description()
    _set(description, path, value)
    write_description(registry, "greeting", description)
    assert f"greeting/component.json: {path}: " in refused(mlx, project, registry)


def test_calls_itself_otherwise(mlx: Mlx, project: Path, registry: Path) -> None:
    write_description(registry, "greeting", greeting().description() | {"version": "1.0.1"})
    message = refused(mlx, project, registry)
    assert "1.0.1" in message
    assert "1.0.0" in message


@pytest.mark.parametrize(
    "target",
    [
        "../x",
        "src/../../x",
        "src/./x",
        "src//x",
        "/absolute/x",
        "",
        "~/x/../../x",
        ".git/hooks/x",
        "src/.GIT/config",
        ".git./x",
        "src/.g\u200cit/x",
        ".env",
        "src/.ENV",
        ".env.production",
        ".github/workflows/x.yml",
        ".GitHub/Workflows/x.yml",
        ".github/actions/x/action.yml",
        ".gitlab-ci.yml",
        "src\\x",
        "src/\x1b[2Jx",
    ],
)
def test_target_that_no_component_may_write(mlx: Mlx, project: Path, tmp_path: Path, target: str) -> None:
    harmful = Component("harmful", {"src/harmless.py": "", target: "harm\n"})
    registry = write_registry(tmp_path / "registry", harmful)
    message = refused(mlx, project, registry, "harmful")
    assert "harmful/component.json: files[1].target: " in message


@pytest.mark.parametrize("target", ["mlx.lock", "pyproject.toml", ".env.example"])
def test_target_that_is_for_mlx_to_edit(mlx: Mlx, tmp_path: Path, target: str) -> None:
    """A component that brings one of these must not replace what is there, or what MLX puts there."""
    project = tmp_path / "client"
    own = {"pyproject.toml": "[project]\nname = 'client'\nversion = '1'\n", ".env.example": "OWN=1\n"}
    write_files(project, own)
    registry = write_registry(tmp_path / "registry", Component("harmful", {target: "harm\n", "src/x.py": ""}))
    done = mlx("add", "harmful", "-C", project, "--registry", registry)
    assert done.status in (1, 2), str(done)
    assert target in done.output + done.errors
    assert {path.name: path.read_text() for path in project.iterdir()} == own


def test_template_outside_of_the_registry(mlx: Mlx, project: Path, registry: Path, tmp_path: Path) -> None:
    write_files(tmp_path, {"secret": greeting().files["src/greeting.py"]})
    description = greeting().description()
    description["files"][0]["path"] = "../../secret"
    write_description(registry, "greeting", description)
    assert "files[0].path" in refused(mlx, project, registry)


def test_template_is_a_link_out_of_the_registry(mlx: Mlx, project: Path, registry: Path, tmp_path: Path) -> None:
    template = registry / "greeting/templates/0.txt"
    write_files(tmp_path, {"secret": template.read_bytes()})
    template.unlink()
    template.symlink_to(tmp_path / "secret")
    assert "greeting/templates/0.txt" in refused(mlx, project, registry)


@pytest.mark.parametrize("file", ["greeting/component.json", "greeting/templates/0.txt"])
def test_digest_does_not_match(mlx: Mlx, project: Path, registry: Path, file: str) -> None:
    (registry / file).write_bytes((registry / file).read_bytes() + b"\n")
    message = refused(mlx, project, registry)
    assert file in message
    assert "digest" in message


@pytest.mark.parametrize("file", ["greeting/component.json", "greeting/templates/1.txt"])
def test_file_is_missing(mlx: Mlx, project: Path, registry: Path, file: str) -> None:
    (registry / file).unlink()
    assert file in refused(mlx, project, registry)


def test_text_from_a_registry_cannot_control_the_terminal(mlx: Mlx, project: Path, registry: Path) -> None:
    description = greeting().description()
    description["requires"]["environment"][0]["description"] = "\x1b]0;gotcha\x07"
    write_description(registry, "greeting", description)
    for option in (("--dry-run", "--json"), ()):
        done = mlx("add", "greeting", "-C", project, "--registry", registry, *option)
        assert done.status == 0
        assert "\x1b" not in done.output


@pytest.mark.parametrize("target", ["src/\x1b]0;gotcha\x07", "src/x\nmlx: all is well"])
def test_errors_cannot_control_the_terminal(mlx: Mlx, project: Path, tmp_path: Path, target: str) -> None:
    harmful = Component("harmful", {target: ""})
    registry = write_registry(tmp_path / "registry", harmful)
    assert "\x1b" not in refused(mlx, project, registry, "harmful")


def _set(document: Any, path: str, value: Any) -> None:
    """Puts a value at a path such as `items[0].meta`; takes the field away if it is None."""
    keys: list[Any] = []
    for part in path.replace("[", ".[").split("."):
        keys.append(int(part[1:-1]) if part.startswith("[") else part)
    for key in keys[:-1]:
        document = document[key]
    if value is None:
        del document[keys[-1]]
    else:
        document[keys[-1]] = value

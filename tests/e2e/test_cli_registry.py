"""Catalogues that are built and checked: good ones, broken ones, and ones that would break what was published."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conftest import REPOSITORY, Mlx
from support.commands import Finished
from support.registries import Component, greeting, write_description, write_registry
from support.schemas import complaints_about
from support.trees import difference, read_tree, write_files

PLATFORM = REPOSITORY / "examples/ml-platform"


def load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def answer(done: Finished, status: int) -> Any:
    """What was said with --json, which must fit its schema."""
    assert (done.status, done.errors) == (status, ""), str(done)
    assert complaints_about("cli-registry", done.output) == ""
    return json.loads(done.output)


def build(mlx: Mlx, registry: Path, status: int = 0) -> Any:
    return answer(mlx("registry", "build", registry, "--json"), status)


def validate(mlx: Mlx, registry: Path, status: int = 0) -> Any:
    said = answer(mlx("registry", "validate", registry, "--json"), status)
    assert said["valid"] == (status == 0)
    return said


def codes(said: Any) -> set[str]:
    return {finding["code"] for finding in said["findings"]}


def messages(said: Any) -> str:
    return "\n".join(finding["message"] + "\n" + finding["remedy"] for finding in said["findings"])


@pytest.fixture
def built(mlx: Mlx, registry: Path) -> Path:
    """The registry of `greeting`, built."""
    build(mlx, registry)
    return registry


def test_build_writes_what_extract_writes(mlx: Mlx, tmp_path: Path) -> None:
    catalogue = tmp_path / "catalogue"
    assert mlx("extract", "-C", PLATFORM, "--out", catalogue).status == 0
    whole = read_tree(catalogue)
    for path in [*(catalogue / "r").iterdir(), catalogue / "registry.json"]:
        path.unlink()
    said = validate(mlx, catalogue, 1)
    assert codes(said) == {"registry-invalid"}, "without an index there is nothing to compare"
    said = build(mlx, catalogue)
    assert (said["applied"], said["blocked"], said["upToDate"]) == (True, False, False)
    assert len(said["components"]) == 10
    assert len(said["files"]) == 22
    assert difference(whole, read_tree(catalogue)) == set()
    validate(mlx, catalogue)
    again = build(mlx, catalogue)
    assert (again["applied"], again["upToDate"], again["files"]) == (False, True, [])
    assert mlx("registry", "validate", catalogue).output == "The registry is valid.\n"


def test_build_of_what_was_made_by_hand(mlx: Mlx, project: Path, built: Path) -> None:
    validate(mlx, built)
    index = load(built / "registry.json")
    assert index == load(built / "r/registry.json")
    assert [item["name"] for item in index["items"]] == ["greeting"]
    assert mlx("add", "greeting", "-C", project, "--registry", built).status == 0
    assert (project / "src/greeting.py").read_text() == greeting().files["src/greeting.py"]


def test_identity(mlx: Mlx, tmp_path: Path) -> None:
    base, top = Component("base", {"src/base.py": "B = 1\n"}), Component("top", {"src/top.py": "T = 1\n"})
    registry = write_registry(tmp_path / "registry", base, replace(top, components={"base": "^1.0"}))
    options = ("--name", "acme", "--homepage", "https://acme.example", "--address", "https://acme.example/r")
    assert mlx("registry", "build", registry, *options).status == 0
    index, item = load(registry / "r/registry.json"), load(registry / "r/top.json")
    assert (index["name"], index["homepage"]) == ("acme", "https://acme.example")
    assert item["registryDependencies"] == ["https://acme.example/r/base.json"]
    assert complaints_about("registry", registry / "registry.json") == ""
    assert complaints_about("registry-item", registry / "r/top.json", registry / "r/base@1.0.0.json") == ""
    assert mlx("registry", "validate", registry, *options).status == 0
    assert codes(validate(mlx, registry, 1)) == {"registry-outdated"}, "under another name it would be another"


@pytest.mark.parametrize("verb", ["build", "validate", "serve"])
def test_directory_that_is_not_there(mlx: Mlx, tmp_path: Path, verb: str) -> None:
    done = mlx("registry", verb, tmp_path / "absent")
    assert (done.status, done.output) == (2, ""), str(done)
    assert "absent" in done.errors


def test_directory_without_components(mlx: Mlx, tmp_path: Path) -> None:
    write_files(tmp_path / "empty", {"README.md": "nothing\n"})
    done = mlx("registry", "build", tmp_path / "empty")
    assert (done.status, done.output) == (2, ""), str(done)
    assert "no component in" in done.errors
    assert read_tree(tmp_path / "empty").keys() == {"README.md"}
    assert codes(validate(mlx, tmp_path / "empty", 1)) == {"registry-invalid"}
    served = mlx("registry", "serve", tmp_path / "empty")
    assert served.status == 2
    assert "mlx registry build" in served.errors


Break = Callable[[Path], None]


def describe(**fields: Any) -> Break:
    """Replaces fields of component.json; `requires_` ones of `requires`."""

    def change(registry: Path) -> None:
        path = registry / "greeting/component.json"
        description = load(path)
        for name, value in fields.items():
            if name.startswith("requires_"):
                description["requires"][name.removeprefix("requires_")] = value
            else:
                description[name] = value
        write_files(registry, {"greeting/component.json": json.dumps(description)})

    return change


def replace_template(content: str | bytes, *, digest: bool) -> Break:
    """Replaces the first template, and its digest with it or not."""

    def change(registry: Path) -> None:
        write_files(registry, {"greeting/templates/0.txt": content})
        if digest:
            description = load(registry / "greeting/component.json")
            bytes_ = content if isinstance(content, bytes) else content.encode()
            description["files"][0]["sha256"] = hashlib.sha256(bytes_).hexdigest()
            write_description(registry, "greeting", description)

    return change


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (lambda registry: write_files(registry, {"greeting/component.json": "{\n  oops"}), "component.json:2:3"),
        (describe(version="one"), "component.json: version"),
        (describe(type="utilty"), "component.json: type"),
        (describe(files=[]), "component.json: files"),
        (describe(name="other"), "the directory `greeting`"),
        (describe(requires_distributions=["not a requirement ~"]), "requires.distributions[0]"),
        (lambda registry: (registry / "greeting/templates/0.txt").unlink(), "greeting/templates/0.txt"),
        (replace_template(b"x = '\xff'\n", digest=True), "UTF-8"),
    ],
    ids=["json", "version", "type", "no files", "name", "requirement", "template missing", "not text"],
)
def test_component_that_cannot_be_read(mlx: Mlx, built: Path, broken: Break, said: str) -> None:
    broken(built)
    before = read_tree(built)
    done = mlx("registry", "build", built)
    assert (done.status, done.output) == (2, ""), str(done)
    assert said in done.errors
    assert "internal" not in done.errors
    assert codes(validate(mlx, built, 1)) >= {"registry-invalid"}
    assert read_tree(built) == before


@pytest.mark.parametrize(
    ("broken", "code", "place"),
    [
        (replace_template("import os\n\nGREETING = 1\n", digest=False), "registry-invalid", "greeting/templates/0.txt"),
        (replace_template("def broken(:\n", digest=True), "template-invalid", "greeting/templates/0.txt"),
        (describe(requires_components={"absent": "^1.0"}), "requirement-unmet", "greeting/component.json"),
        (describe(requires_components={"greeting": "^1.0"}), "requirement-circle", "registry.json"),
        (describe(requires_components={"greeting": "^2.0"}), "requirement-unmet", "greeting/component.json"),
    ],
    ids=["digest", "syntax", "requirement", "itself", "range"],
)
def test_component_that_clients_would_refuse(mlx: Mlx, registry: Path, broken: Break, code: str, place: str) -> None:
    broken(registry)
    before = read_tree(registry)
    said = build(mlx, registry, 1)
    assert (said["applied"], said["blocked"]) == (False, True)
    found = [finding for finding in said["findings"] if finding["code"] == code]
    assert found, said
    assert any(evidence["file"] == place for finding in found for evidence in finding["evidence"]), found
    assert all(finding["remedy"] for finding in found)
    assert read_tree(registry) == before
    text = mlx("registry", "build", registry)
    assert text.status == 1
    assert text.output.endswith("Nothing was written.\n")


def test_broken_template_is_found_in_a_built_registry_too(mlx: Mlx, built: Path) -> None:
    replace_template("import os\n", digest=False)(built)
    assert codes(validate(mlx, built, 1)) == {"registry-invalid", "registry-outdated"}
    replace_template("def broken(:\n", digest=True)(built)
    assert "template-invalid" in codes(validate(mlx, built, 1))


def test_circle_of_requirements(mlx: Mlx, tmp_path: Path) -> None:
    circle = {"egg": "hen", "hen": "cock", "cock": "egg"}
    components = [Component(name, {f"src/{name}.py": ""}, components={other: "^1.0"}) for name, other in circle.items()]
    registry = write_registry(tmp_path / "registry", *components, Component("free", {"src/free.py": ""}))
    for said in (build(mlx, registry, 1), validate(mlx, registry, 1)):
        found = next(finding for finding in said["findings"] if finding["code"] == "requirement-circle")
        assert "cock, egg, hen" in found["message"]
        assert "free" not in found["message"]


@pytest.mark.parametrize(
    ("change", "following"),
    [
        (lambda old: replace(old, files=old.files | {"src/greeting.py": "import os\n\nGREETING = 'hi'\n"}), "1.0.1"),
        (lambda old: replace(old, distributions=[*old.distributions, "rich>=13"]), None),
    ],
    ids=["code", "dependency"],
)
def test_published_version_with_other_content(
    mlx: Mlx, built: Path, change: Callable[[Component], Component], following: str | None
) -> None:
    published = {path: (built / path).read_bytes() for path in ("r/greeting.json", "r/greeting@1.0.0.json")}
    changed = change(greeting())
    write_files(built, {f"greeting/{changed.template(i)}": text for i, text in enumerate(changed.files.values())})
    write_files(built, {"greeting/component.json": json.dumps(changed.description())})
    said = build(mlx, built, 1)
    assert codes(said) == {"published-version-changed"}
    assert "greeting 1.0.0 was published with other content" in messages(said)
    assert "give it version " in messages(said)
    named = messages(said).partition("give it version ")[2].partition(":")[0]
    assert following in (None, named)
    for path, content in published.items():
        assert (built / path).read_bytes() == content
    # The version that it names is taken, and the old one stays.
    write_files(built, {"greeting/component.json": json.dumps(replace(changed, version=named).description())})
    said = build(mlx, built)
    assert said["components"] == [{"name": "greeting", "version": named}]
    assert (built / "r/greeting@1.0.0.json").read_bytes() == published["r/greeting@1.0.0.json"]
    assert (built / f"r/greeting@{named}.json").read_bytes() == (built / "r/greeting.json").read_bytes()
    validate(mlx, built)


def test_published_version_that_cannot_be_read(mlx: Mlx, built: Path) -> None:
    write_files(built, {"r/greeting@1.0.0.json": "{"})
    done = mlx("registry", "build", built)
    assert done.status == 2
    assert "r/greeting@1.0.0.json" in done.errors


@pytest.mark.parametrize("path", ["registry.json", "r/registry.json", "r/greeting.json", "r/greeting@1.0.0.json"])
@pytest.mark.parametrize("is_there", [True, False])
def test_generated_file_that_is_stale(mlx: Mlx, built: Path, path: str, is_there: bool) -> None:
    before = read_tree(built)
    document = load(built / path) | {"title": "Changed by hand"}
    if is_there:
        write_files(built, {path: json.dumps(document)})
    else:
        (built / path).unlink()
    said = validate(mlx, built, 1)
    if is_there or path != "registry.json":
        assert [finding["evidence"][0]["file"] for finding in said["findings"]] == [path]
        assert codes(said) == {"registry-outdated"}
    build(mlx, built)
    validate(mlx, built)
    assert difference(before, read_tree(built)) == set()


def test_component_that_is_gone(mlx: Mlx, tmp_path: Path) -> None:
    registry = write_registry(tmp_path / "registry", greeting(), Component("old", {"src/old.py": "O = 1\n"}))
    build(mlx, registry)
    foreign = {"r/theme.json": '{"name": "theme", "type": "registry:theme"}\n', "r/notes.json": "not JSON\n"}
    write_files(registry, foreign)
    for path in sorted((registry / "old").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    said = validate(mlx, registry, 1)
    assert "r/old.json is of a component that is not here any more" in messages(said)
    said = build(mlx, registry)
    assert {"path": "r/old.json", "action": "remove"} in said["files"]
    assert not (registry / "r/old.json").exists()
    assert (registry / "r/old@1.0.0.json").exists(), "what was published stays"
    for path, text in foreign.items():
        assert (registry / path).read_text() == text
    validate(mlx, registry)


def test_links_are_not_followed(mlx: Mlx, built: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    (built / "greeting/templates/0.txt").rename(outside)
    (built / "greeting/templates/0.txt").symlink_to(outside)
    done = mlx("registry", "build", built)
    assert done.status == 2
    assert "symbolic link" in done.errors
    validate(mlx, built, 1)

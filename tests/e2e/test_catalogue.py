"""The catalogue is what `mlx extract` makes of the platform: to the byte, anywhere, and as often as one likes."""

import hashlib
import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from conftest import REPOSITORY, Mlx
from support.trees import difference, read_tree

CATALOGUE = REPOSITORY / "mlx-components"
PLATFORM = REPOSITORY / "examples/ml-platform"
COMPONENTS = sorted(path.parent.name for path in CATALOGUE.glob("*/component.json"))


def read_component(name: str) -> dict[str, Any]:
    component: dict[str, Any] = json.loads((CATALOGUE / name / "component.json").read_text(encoding="utf-8"))
    return component


def files_below(directory: Path) -> set[str]:
    """Sources only, not what running them leaves."""
    return {
        path.relative_to(directory).as_posix()
        for path in directory.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def lines_added_by_others(path: str) -> set[str]:
    """Lines of a file of the platform that components which enhance it add."""
    templates = [CATALOGUE / name / f"templates/{path}" for name in COMPONENTS if path in enhanced_by(name)]
    return {line.strip() for template in templates for line in template.read_text(encoding="utf-8").splitlines()}


def enhanced_by(name: str) -> set[str]:
    return {file["target"] for file in read_component(name)["files"] if file["merge"] == "enhance"}


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The platform on another path, without what running it leaves."""
    platform = tmp_path / "elsewhere/platform"
    shutil.copytree(PLATFORM, platform, ignore=shutil.ignore_patterns(".venv", "__pycache__", ".*_cache", ".coverage"))
    return platform


def publish_older_versions(out: Path) -> None:
    """What no source says any more: versions that were published, and are not the latest ones."""
    (out / "r").mkdir(parents=True)
    latest = {f"{name}@{read_component(name)['version']}.json" for name in COMPONENTS}
    for file in (CATALOGUE / "r").glob("*@*.json"):
        if file.name not in latest:
            shutil.copy(file, out / "r")


def test_check_says_yes(mlx: Mlx) -> None:
    done = mlx("extract", "--check", "-C", PLATFORM, "--out", CATALOGUE)
    assert done.status == 0, str(done)
    assert "is what the source says" in done.output


def test_extraction_gives_the_catalogue_to_the_byte(mlx: Mlx, copied: Path, tmp_path: Path) -> None:
    out = tmp_path / "catalogue"
    publish_older_versions(out)
    done = mlx("extract", "-C", copied, "--out", out)
    assert done.status == 0, str(done)
    assert difference(read_tree(CATALOGUE), read_tree(out)) == set()


def test_catalogue_inside_the_platform_is_no_source(mlx: Mlx, copied: Path) -> None:
    publish_older_versions(copied / "mlx-components")
    first = mlx("extract", "-C", copied)
    assert first.status == 0, str(first)
    assert difference(read_tree(CATALOGUE), read_tree(copied / "mlx-components")) == set()
    again = mlx("extract", "--check", "-C", copied)
    assert again.status == 0, str(again)
    assert "module-outside-components" not in again.output


def test_extracting_again_changes_nothing(mlx: Mlx, copied: Path, tmp_path: Path) -> None:
    out = tmp_path / "catalogue"
    mlx("extract", "-C", copied, "--out", out)
    times = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    done = mlx("extract", "-C", copied, "--out", out)
    assert done.status == 0, str(done)
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == times


def test_check_shows_what_differs(mlx: Mlx, copied: Path) -> None:
    module = copied / "src/utils/cache.py"
    module.write_text(module.read_text(encoding="utf-8") + "\n\nMOST_ENTRIES = 7\n", encoding="utf-8")
    settings = copied / "mlx.toml"
    text = settings.read_text(encoding="utf-8")
    utils = text.index("[components.utility-framework]")
    settings.write_text(text[:utils] + text[utils:].replace("1.0.0", "1.1.0", 1), encoding="utf-8")
    done = mlx("extract", "--check", "-C", copied, "--out", CATALOGUE)
    assert done.status == 1, str(done)
    assert "+MOST_ENTRIES = 7" in done.output
    assert '+        "name": "src.utils.cache.MOST_ENTRIES",' in done.output


def test_published_version_stays_as_it_is(mlx: Mlx, copied: Path, tmp_path: Path) -> None:
    out = tmp_path / "catalogue"
    shutil.copytree(CATALOGUE, out)
    before = read_tree(out)
    module = copied / "src/utils/cache.py"
    module.write_text(module.read_text(encoding="utf-8") + "\n\nMOST_ENTRIES = 7\n", encoding="utf-8")
    done = mlx("extract", "-C", copied, "--out", out)
    assert done.status == 1, str(done)
    assert "utility-framework 1.0.0 was published with other content" in done.output
    assert "give it version 1.1.0" in done.output
    assert difference(before, read_tree(out)) == set()


def test_component_that_is_gone_is_not_dropped(mlx: Mlx, copied: Path, tmp_path: Path) -> None:
    out = tmp_path / "catalogue"
    shutil.copytree(CATALOGUE, out)
    shutil.rmtree(copied / "src/cli")
    shutil.rmtree(copied / "tests/cli")
    settings = copied / "mlx.toml"
    text = settings.read_text(encoding="utf-8")
    cli, following = text.index("[components.cli]"), text.index("[components.config-management]")
    settings.write_text(text[:cli] + text[following:], encoding="utf-8")
    refused = mlx("extract", "-C", copied, "--out", out)
    assert refused.status == 1, str(refused)
    assert "the catalogue has `cli`, and the source has not" in refused.output
    assert (out / "cli/component.json").is_file()
    pruned = mlx("extract", "--prune", "-C", copied, "--out", out)
    assert pruned.status == 0, str(pruned)
    assert not (out / "cli").exists()
    assert (out / "r/cli@1.0.0.json").is_file(), "what was published stays"


def test_every_fact_can_be_explained(mlx: Mlx) -> None:
    done = mlx("extract", "--explain", "api-serving", "--json", "-C", PLATFORM)
    assert done.status == 0, str(done)
    facts = json.loads(done.output)["facts"]
    component = read_component("api-serving")
    values = {(fact["field"], fact["value"]) for fact in facts}
    for distribution in component["requires"]["distributions"]:
        assert ("requires.distributions", distribution) in values
    for route in component["provides"]["routes"]:
        assert ("provides.routes", f"{route['method']} {route['path']}") in values
    for fact in facts:
        assert fact["evidence"], fact
        for place in fact["evidence"]:
            lines = (PLATFORM / place["file"]).read_text(encoding="utf-8").splitlines()
            assert place["line"] <= len(lines), place


@pytest.mark.parametrize("name", COMPONENTS)
def test_templates_are_the_platforms_files(name: str) -> None:
    files = read_component(name)["files"]
    assert {file["path"] for file in files} == {
        f"templates/{path}" for path in files_below(CATALOGUE / name / "templates")
    }
    for file in files:
        template = (CATALOGUE / name / file["path"]).read_bytes()
        assert hashlib.sha256(template).hexdigest() == file["sha256"], file["path"]
        if file["merge"] == "enhance":
            continue
        added = lines_added_by_others(file["target"])
        source = (PLATFORM / file["target"]).read_text(encoding="utf-8").splitlines(keepends=True)
        kept = template.decode().splitlines(keepends=True)
        assert [line for line in source if line in kept or line.strip() not in added] == kept, file["target"]


def test_every_file_of_the_platform_belongs_to_one_component() -> None:
    owners = Counter(
        file["target"]
        for name in COMPONENTS
        for file in read_component(name)["files"]
        if file["merge"] != "enhance"
    )
    divided = ("src/", "conf/", "tests/", "projenrc/", ".projenrc.py")
    platform = {path for path in files_below(PLATFORM) if path.startswith(divided)}
    # The import root is the project's, and is made where a project has none.
    assert owners == Counter(platform - {"src/__init__.py"})


def test_index_names_every_component_with_its_digest() -> None:
    index = json.loads((CATALOGUE / "registry.json").read_text(encoding="utf-8"))
    assert [item["name"] for item in index["items"]] == COMPONENTS
    for item in index["items"]:
        mlx = item["meta"]["mlx"]
        component = CATALOGUE / mlx["component"]
        assert hashlib.sha256(component.read_bytes()).hexdigest() == mlx["sha256"], item["name"]
        assert [file["target"] for file in item["files"]] == [
            f"~/{file['target']}" for file in read_component(item["name"])["files"] if file["merge"] != "enhance"
        ]

"""The catalogue that is written is what the published schemas say, and they refuse what is not."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import REPOSITORY, Mlx
from support.schemas import complaints_about

PLATFORM = REPOSITORY / "examples/ml-platform"


@pytest.fixture(scope="module")
def catalogue(mlx: Mlx, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("schemas") / "catalogue"
    done = mlx("extract", "-C", PLATFORM, "--out", out)
    assert done.status == 0, str(done)
    return out


def items(catalogue: Path) -> list[Path]:
    return sorted(path for path in (catalogue / "r").glob("*.json") if path.name != "registry.json")


def load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def test_everything_that_is_written_fits(catalogue: Path) -> None:
    components = sorted(catalogue.glob("*/component.json"))
    assert len(components) == 10
    assert complaints_about("component", *components) == ""
    assert complaints_about("registry", catalogue / "registry.json", catalogue / "r/registry.json") == ""
    assert len(items(catalogue)) == 20
    assert complaints_about("registry-item", *items(catalogue)) == ""


def test_component_in_an_item_is_the_one_beside_it(catalogue: Path) -> None:
    for path in items(catalogue):
        component = catalogue / path.name.removesuffix(".json").partition("@")[0] / "component.json"
        assert load(path)["meta"]["mlx"]["component"] == component.read_text(encoding="utf-8")


def test_the_catalogue_that_is_shipped_fits() -> None:
    shipped = REPOSITORY / "mlx-components"
    assert complaints_about("component", *sorted(shipped.glob("*/component.json"))) == ""
    assert complaints_about("registry", shipped / "registry.json") == ""
    assert complaints_about("registry-item", *items(shipped)) == ""


@pytest.mark.parametrize("arguments", [(), ("--check",), ("--explain", "rate-limiting")])
def test_answers_of_extract_fit(mlx: Mlx, catalogue: Path, arguments: tuple[str, ...]) -> None:
    done = mlx("extract", "-C", PLATFORM, "--out", catalogue, "--json", *arguments)
    assert done.status == 0, str(done)
    assert complaints_about("cli-extract", done.output) == ""


def set_field(path: str, value: Any) -> Callable[[Any], None]:
    """`files.0.target`: the field is given that value; without one it is removed."""

    def change(document: Any) -> None:
        *parents, last = (int(key) if key.isdigit() else key for key in path.split("."))
        for key in parents:
            document = document[key]
        if value is None:
            del document[last]
        else:
            document[last] = value

    return change


COMPONENT = ("component", "rate-limiting/component.json")
INDEX = ("registry", "registry.json")
ITEM = ("registry-item", "r/rate-limiting.json")


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        (COMPONENT, "more", 1),
        (COMPONENT, "name", "Rate Limiting"),
        (COMPONENT, "version", "1.0"),
        (COMPONENT, "type", "utilty"),
        (COMPONENT, "importRoot", "../src"),
        (COMPONENT, "files", []),
        (COMPONENT, "files.0.target", "/etc/passwd"),
        (COMPONENT, "files.0.target", "src/../../x.py"),
        (COMPONENT, "files.0.merge", "overwrite"),
        (COMPONENT, "files.0.mode", "100777"),
        (COMPONENT, "files.0.sha256", "abc"),
        (COMPONENT, "files.0.sha256", None),
        (COMPONENT, "requires", None),
        (COMPONENT, "requires.needs", []),
        (COMPONENT, "requires.distributions.0", 1),
        (COMPONENT, "requires.components.Not A Name", "^1.0"),
        (COMPONENT, "requires.environment.0.default", 7),
        (COMPONENT, "requires.environment.0.name", "1X"),
        (COMPONENT, "provides.symbols.0.kind", "variable"),
        (COMPONENT, "provides.routes", [{"method": "GET", "path": "/"}]),
        (COMPONENT, "provides.routes", [{"method": "GET", "path": "/", "handler": "x", "role": "none"}]),
        (COMPONENT, "provides.containers", [{"file": "Dockerfile", "user": "root"}]),
        (COMPONENT, "compatibility.enhances", ["../x"]),
        (COMPONENT, "injectionPoints.0.location", "middle"),
        (INDEX, "more", 1),
        (INDEX, "name", None),
        (INDEX, "items.0.type", "registry:lib"),
        (INDEX, "items.0.files.0.target", "src/api/app.py"),
        (INDEX, "items.0.files.0.content", "x"),
        (INDEX, "items.0.meta.mlx.component", "../component.json"),
        (INDEX, "items.0.meta.mlx.sha256", None),
        (ITEM, "more", 1),
        (ITEM, "dependencies", ["left-pad"]),
        (ITEM, "files.0.content", ""),
        (ITEM, "files.0.target", "~/../x.py"),
        (ITEM, "files.0.type", "registry:ui"),
        (ITEM, "meta.mlx.component", None),
        (ITEM, "meta.mlx.addedLines", []),
        (ITEM, "meta.mlx.emptyFiles", None),
    ],
)
def test_schemas_refuse(catalogue: Path, kind: tuple[str, str], path: str, value: Any) -> None:
    schema, file = kind
    document = load(catalogue / file)
    set_field(path, value)(document)
    assert complaints_about(schema, json.dumps(document)) != ""

"""What a synth writes, and what it leaves alone. projen needs Node.js."""

import json
import re
import shutil
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

if shutil.which("node") is None:
    pytest.skip("projen needs Node.js", allow_module_level=True)

from projen import License, Project
from projen.python import BuildSystem, PyprojectTomlProject, PythonProject, UvOptions

from projenrc.existing import MARKER
from projenrc.project import MLXProject
from projenrc.tasks import add_mlx_tasks

Write = Callable[[Mapping[str, str]], Path]

OWN = {
    "name": "price-list",
    "version": "1.2.0",
    "description": 'Prices, "net"',
    "deps": ["uvicorn[standard]>=0.30,<1", "httpx@^0.27.0", "x @ https://example.com/x.whl"],
    "dev_deps": ["projen>=0.103,<1", "pytest>=8"],
    "groups": {"docs": ["markdown>=3"]},
    "extras": {"gpu": ['torch>=2; sys_platform == "linux"']},
    "tools": {"ruff": {"line-length": 88}, "mypy": {"overrides": None}},
}


@pytest.fixture(autouse=True)
def _files_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is installed after a synth: there is no uv."""
    monkeypatch.setenv("PATH", "/nowhere")


def tree(directory: Path) -> dict[str, str]:
    files = (file for file in directory.rglob("*") if file.is_file())
    return {
        file.relative_to(directory).as_posix(): file.read_text(encoding="utf-8") for file in files
    }


def tasks_of(directory: Path) -> dict[str, Any]:
    tasks: dict[str, Any] = json.loads((directory / ".projen/tasks.json").read_text("utf-8"))[
        "tasks"
    ]
    return tasks


def test_project_of_its_own(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    MLXProject(outdir=str(tmp_path), **OWN).synth()
    assert "uv is not installed" in capfd.readouterr().err
    content = tomllib.loads((tmp_path / "pyproject.toml").read_text(encoding="utf-8"))
    assert content["project"] == {
        "name": "price-list",
        "version": "1.2.0",
        "description": 'Prices, "net"',
        "readme": "README.md",
        "requires-python": ">=3.11",
        "dependencies": [
            *("httpx>=0.27.0,<1.0.0", "uvicorn[standard]>=0.30,<1", "x @ https://example.com/x.whl")
        ],
        "optional-dependencies": {"gpu": ['torch>=2; sys_platform == "linux"']},
    }
    assert content["dependency-groups"] == {
        "dev": ["projen>=0.103,<1", "pytest>=8"],
        "docs": ["markdown>=3"],
    }
    assert content["build-system"]["build-backend"] == "hatchling.build"
    assert content["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == ["src/price_list"]
    assert content["tool"]["ruff"]["line-length"] == 88
    assert "overrides" not in content["tool"]["mypy"]
    assert (tmp_path / "README.md").read_text(encoding="utf-8").startswith("# price-list\n\nPrices")
    assert {".gitignore", "pyproject.toml", ".projen/tasks.json"} <= set(tree(tmp_path))
    assert not list(tmp_path.rglob("*.py"))
    assert not (tmp_path / ".github").exists()


@pytest.mark.parametrize(
    ("dev_deps", "listed"),
    [
        ([], r"projen==\d+\.\d+\.\d+"),
        (["projen>=0.103"], "projen>=0.103"),
        (["projen@0.103.9"], "projen==0.103.9"),
    ],
)
def test_version_of_projen_is_said_once(tmp_path: Path, dev_deps: list[str], listed: str) -> None:
    MLXProject(outdir=str(tmp_path), name="shop", dev_deps=dev_deps).synth()
    content = tomllib.loads((tmp_path / "pyproject.toml").read_text(encoding="utf-8"))
    [said] = content["dependency-groups"]["dev"]
    assert re.fullmatch(listed, said)


def test_second_synth_changes_nothing(tmp_path: Path) -> None:
    MLXProject(outdir=str(tmp_path), **OWN).synth()
    before = tree(tmp_path)
    MLXProject(outdir=str(tmp_path), **OWN).synth()
    assert tree(tmp_path) == before


def test_arguments_of_projens_are_its_own(tmp_path: Path) -> None:
    MLXProject(
        outdir=str(tmp_path),
        name="shop",
        author_name="Ann",
        author_email="ann@example.com",
        license="MIT",
        classifiers=["Private :: Do Not Upload"],
    ).synth()
    project = tomllib.loads((tmp_path / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["authors"] == [{"name": "Ann", "email": "ann@example.com"}]
    assert (project["license"], project["classifiers"]) == ("MIT", ["Private :: Do Not Upload"])
    assert project["requires-python"] == ">=3.11"


def test_options_for_uv_come_first(tmp_path: Path) -> None:
    MLXProject(
        outdir=str(tmp_path),
        name="shop",
        uv_options=UvOptions(
            project=PyprojectTomlProject(
                name="shop", version="1.0.0", requires_python=">=3.12", dependencies=["anyio>=4"]
            ),
            build_system=BuildSystem(requires=["flit_core"], build_backend="flit_core.buildapi"),
        ),
        deps=["idna>=3"],
    ).synth()
    content = tomllib.loads((tmp_path / "pyproject.toml").read_text(encoding="utf-8"))
    assert content["project"]["requires-python"] == ">=3.12"
    assert content["build-system"]["build-backend"] == "flit_core.buildapi"
    assert content["project"]["dependencies"] == ["anyio>=4", "idna>=3"]


def test_what_the_user_has_is_left_and_said_once(
    write: Write, capfd: pytest.CaptureFixture[str]
) -> None:
    files = {
        "pyproject.toml": '[project]\nname = "shop"\nversion = "3.0"  # ours\n',
        ".gitignore": "*.tmp\n",
        "Makefile": "test:\n\tpytest\n",
        "LICENSE": "Ours\n",
        "guide.md": f"projen writes `{MARKER}` into its files\n",
    }
    directory = write(files)
    project = MLXProject(outdir=str(directory))
    License(project, spdx="MIT", copyright_owner="Somebody")
    project.synth()
    after = tree(directory)
    assert {name: after[name] for name in files} == files
    assert (project.name, project.version) == ("shop", "3.0")
    assert "README.md" not in after
    assert "make:test" in tasks_of(directory)
    listed = json.loads(after[".projen/files.json"])["files"]
    assert not {"pyproject.toml", ".gitignore", "LICENSE"} & set(listed)
    said = [line for line in capfd.readouterr().err.splitlines() if line.startswith("left as")]
    assert said == [
        "left as they are, for projen did not make them: .gitignore, LICENSE, pyproject.toml"
    ]


def test_what_the_users_file_lacks_is_named(
    write: Write, capfd: pytest.CaptureFixture[str]
) -> None:
    text = '[project]\nname = "shop"\ndependencies = ["anyio>=4"]\n'
    directory = write({"pyproject.toml": text})
    project = MLXProject(outdir=str(directory), name="shop", deps=["httpx@^0.27", "anyio>=3"])
    project.add_dev_dependency("ruff>=0.6")
    project.synth()
    said = "projen does not write your dependencies: declare httpx>=0.27,<1.0.0, ruff>=0.6\n"
    assert said in capfd.readouterr().err


def test_file_that_projen_made_without_a_marker_stays_its_own(tmp_path: Path) -> None:
    for _ in range(2):
        project = MLXProject(outdir=str(tmp_path), **OWN)
        License(project, spdx="MIT", copyright_owner="Somebody")
        project.synth()
    assert "LICENSE" in json.loads((tmp_path / ".projen/files.json").read_text("utf-8"))["files"]


def test_file_that_the_user_took_over_is_not_deleted(tmp_path: Path) -> None:
    MLXProject(outdir=str(tmp_path), **OWN).synth()
    file = tmp_path / "pyproject.toml"
    own = file.read_text(encoding="utf-8").split("\n", 1)[1]
    file.chmod(0o644)
    file.write_text(own, encoding="utf-8")
    MLXProject(outdir=str(tmp_path)).synth()
    assert file.read_text(encoding="utf-8") == own


def test_components_bring_their_tasks(write: Write) -> None:
    directory = write(
        {
            "pyproject.toml": '[project]\nname = "shop"\n',
            "mlx.lock": '{"components": {"cli": {"files": {"tests/cli/test_a.py": {}}}}}',
        }
    )
    project = MLXProject(outdir=str(directory))
    for name in ("cli", "cli", "utility-framework"):
        project.add_mlx_component(name)
    with pytest.raises(ValueError, match="is not the name of a component"):
        project.add_mlx_component("No component")
    project.synth()
    tasks = tasks_of(directory)
    assert {"mlx:test-cli", "mlx:update-cli", "mlx:update-utility-framework"} <= set(tasks)
    [step] = tasks["mlx:synth-components"]["steps"]
    assert step["execArgs"] == ["mlx", "add", "cli", "utility-framework"]
    assert step["receiveArgs"]


@pytest.mark.parametrize(
    ("files", "install"),
    [
        ({"pyproject.toml": '[tool.poetry]\nname = "shop"\nversion = "1"\n'}, "poetry"),
        ({"requirements.txt": ""}, "pip"),
    ],
)
def test_other_managers_install_in_their_way(
    write: Write, files: dict[str, str], install: str
) -> None:
    directory = write(files)
    MLXProject(outdir=str(directory)).synth()
    tasks = tasks_of(directory)
    assert install in tasks["install"]["steps"][0]["execArgs"]
    assert "publish" not in tasks
    assert "steps" not in tasks["package"]
    assert ("pyproject.toml" in tree(directory)) is ("pyproject.toml" in files)


def test_poetry_may_be_projens_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed: list[str] = []
    project = MLXProject(outdir=str(tmp_path), name="shop", poetry=True, version="1.0.0")
    assert not project.installs_with_uv
    monkeypatch.setattr(PythonProject, "post_synthesize", lambda own: installed.append(own.name))
    project.synth()
    content = tomllib.loads((tmp_path / "pyproject.toml").read_text(encoding="utf-8"))
    assert content["tool"]["poetry"]["name"] == "shop"
    assert content["tool"]["ruff"]["line-length"] == 100
    assert not {"project", "dependency-groups"} & set(content)
    assert "hatch" not in content["tool"]
    assert installed == ["shop"], "as projen does it"


def test_any_project_of_projens_may_have_the_tasks(write: Write) -> None:
    directory = write({"Makefile": "lint:\n\truff\n"})
    project = Project(name="shop-front", outdir=str(directory))
    project.add_task("lint", exec="own-linter")
    add_mlx_tasks(project, components=["cli"])
    project.synth()
    tasks = tasks_of(directory)
    assert tasks["lint"]["steps"] == [{"exec": "own-linter"}]
    assert tasks["test"]["steps"][0]["execArgs"][-1] == "pytest"
    assert {"make:lint", "mlx:add", "mlx:update-cli", "quality:all"} <= set(tasks)

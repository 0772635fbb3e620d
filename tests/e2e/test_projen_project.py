"""Projects whose pyproject.toml is made of `.projenrc.py`: by npx and uv, as often as one likes, and back."""

import re
import tomllib
from pathlib import Path

import pytest

from conftest import REPOSITORY, Mlx
from support.commands import succeed
from support.projen import ProjenProject, make_environment
from support.trees import commit_all, read_tree, write_files

PAGE = (REPOSITORY / "docs/projen.md").read_text(encoding="utf-8")

RC = """\
\"\"\"What this project is made of: change it here, then run `npx projen`.\"\"\"

from projenrc.project import MLXProject

project = MLXProject(
    name="price-model",
    version="0.1.0",
    description="What things will cost",
    requires_python=">=3.11",
    deps=["annotated-types>=0.6,<1", 'typing-extensions>=4; python_version < "3.15"'],
    dev_deps=["pytest>=8", "projen>=0.103,<1"],
    groups={"checks": ["packaging>=24"]},
    extras={"names": ["idna[all]>=3"]},
)
project.synth()
"""
CODE = {
    ".projenrc.py": RC,
    "README.md": "# Ours\n",
    "src/price_model/__init__.py": '"""Prices."""\n\nPRICE = 3\n',
    "tests/test_price.py": "from price_model import PRICE\n\n\ndef test_price() -> None:\n    assert PRICE == 3\n",
}


@pytest.fixture(scope="module")
def venv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_environment(tmp_path_factory.mktemp("environment") / "venv")


@pytest.fixture
def project(mlx: Mlx, venv: Path, tmp_path: Path) -> ProjenProject:
    """Before the first synth; projenrc/ is what the component brings."""
    directory = tmp_path / "project"
    files = read_tree(REPOSITORY / "mlx-components/projen-foundation/templates")
    templates = {path: content[1:] for path, content in files.items() if isinstance(content, bytes)}
    write_files(directory, templates | CODE)
    return ProjenProject.make(directory, mlx.binary, venv)


def changes(project: ProjenProject) -> str:
    return succeed("git", "status", "--porcelain", directory=project.directory)


def pyproject(project: ProjenProject) -> dict[str, dict[str, object]]:
    return tomllib.loads((project.directory / "pyproject.toml").read_text(encoding="utf-8"))


def test_twice_without_a_difference(project: ProjenProject) -> None:
    # An environment of its own: uv brings it in line with what the synth wrote.
    bootstrap = project.directory / ".venv"
    python = bootstrap.resolve() / "bin/python"
    bootstrap.unlink()
    succeed(python, ".projenrc.py", directory=project.directory, settings=project.settings)
    assert (project.directory / ".venv/bin/projen").is_file()
    assert (project.directory / "README.md").read_text(encoding="utf-8") == "# Ours\n"
    assert pyproject(project)["project"]["dependencies"] == [
        *("annotated-types>=0.6,<1", 'typing-extensions>=4; python_version < "3.15"')
    ]
    commit_all(project.directory)
    interpreter = (project.directory / ".venv/bin/python").lstat().st_mtime_ns
    for command in (("npx", "--offline", "projen"), ("uv", "sync"), ("npx", "--offline", "projen")):
        succeed(*command, directory=project.directory, settings=project.settings)
        assert changes(project) == ""
    assert (project.directory / ".venv/bin/python").lstat().st_mtime_ns == interpreter, "it was not made anew"
    said = project.task("test", "-q", "tests/test_price.py")
    assert "1 passed" in said


def test_wheel_holds_the_package(project: ProjenProject) -> None:
    project.synth_files()
    succeed("uv", "build", "--wheel", "--quiet", directory=project.directory, settings=project.settings)
    [wheel] = (project.directory / "dist").glob("price_model-0.1.0-*.whl")
    names = succeed("python3", "-m", "zipfile", "--list", wheel)
    assert "price_model/__init__.py" in names
    assert "projenrc" not in names


def test_dependency_is_added_in_the_file(project: ProjenProject) -> None:
    project.synth_files()
    added = 'project.add_dependency("httpx@^0.27.0")\nproject.add_dev_dependency("ruff>=0.6")\nproject.synth()'
    write_files(project.directory, {".projenrc.py": RC.replace("project.synth()", added)})
    assert project.run("--no-post").status == 0
    content = pyproject(project)
    assert "httpx>=0.27.0,<1.0.0" in content["project"]["dependencies"]  # type: ignore[operator]
    assert content["dependency-groups"]["dev"] == ["projen>=0.103,<1", "pytest>=8", "ruff>=0.6"]


def test_what_is_wrong_is_said_and_changes_nothing(project: ProjenProject) -> None:
    project.synth_files()
    before = read_tree(project.directory, without={"__pycache__", ".venv"})
    write_files(project.directory, {".projenrc.py": RC.replace('name="price-model"', "name=None")})
    done = project.run()
    assert done.status == 1
    assert "give MLXProject its name" in done.errors
    write_files(project.directory, {".projenrc.py": RC})
    assert read_tree(project.directory, without={"__pycache__", ".venv"}) == before


def test_example_of_the_documentation(project: ProjenProject) -> None:
    [example] = re.findall(r"```python\n(from projenrc\.project import MLXProject\n.*?)```", PAGE, flags=re.DOTALL)
    write_files(project.directory, {".projenrc.py": example})
    project.synth_files()
    content = pyproject(project)
    assert content["project"]["optional-dependencies"] == {"gpu": ["torch>=2"]}
    assert content["tool"]["coverage"] == {"run": {"source": ["src"]}}
    assert "mlx:synth-components" in project.tasks


def test_project_of_projens_keeps_its_class(project: ProjenProject, mlx: Mlx) -> None:
    [example] = re.findall(r"```python\n(from projenrc\.tasks import .*?)```", PAGE, flags=re.DOTALL)
    own = (
        "from projen.python import PythonProject\n\n"
        'project = PythonProject(name="own", module_name="own", version="1.0.0", author_name="A",\n'
        '    author_email="a@example.com", uv=True, github=False, sample=False)\n'
    )
    write_files(project.directory, {".projenrc.py": own + example})
    project.synth_files()
    assert pyproject(project)["project"]["authors"] == [{"name": "A", "email": "a@example.com"}]
    assert "api-serving" in mlx("list").output
    assert {"mlx:add", "quality:all", "mlx:update-api-serving"} <= set(project.tasks)
    assert "[mlx]" not in project.task("mlx:list")


def test_taken_out_again(project: ProjenProject, mlx: Mlx) -> None:
    """As the documentation has it: what was made stays, and is the user's."""
    project.synth_files()
    done = mlx("add", "projen-foundation", "--overwrite", "-C", project.directory)
    assert done.status == 0, str(done)
    write_files(project.directory, {".projenrc.py": RC})
    project.synth_files()
    commit_all(project.directory)
    [commands] = re.findall(r"## Taking it out again\n\n```sh\n(.*?)```", PAGE, flags=re.DOTALL)
    remove, clean, show = commands.splitlines()
    removed = mlx(*remove.split()[1:], "--force", "-C", project.directory)
    assert removed.status == 0, str(removed)
    succeed("sh", "-c", clean, directory=project.directory)
    left = succeed("sh", "-c", show, directory=project.directory).split()
    assert left == [".gitattributes", ".gitignore", "pyproject.toml"]
    assert not (project.directory / "projenrc").exists()

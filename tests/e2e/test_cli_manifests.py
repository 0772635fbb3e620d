"""The project's own files: pyproject.toml, requirements.txt, .env.example."""

import tomllib
from pathlib import Path

import pytest

from conftest import PYPROJECT, Mlx
from support.commands import succeed
from support.trees import difference, read_tree, write_files


def add(mlx: Mlx, project: Path, registry: Path) -> str:
    done = mlx("add", "greeting", "-C", project, "--registry", registry)
    assert done.status == 0, str(done)
    return done.output


def refused(mlx: Mlx, project: Path, registry: Path) -> str:
    before = read_tree(project)
    done = mlx("add", "greeting", "-C", project, "--registry", registry)
    assert (done.status, done.output) == (2, ""), str(done)
    assert read_tree(project) == before
    return done.errors


def test_manifest_that_does_not_parse(mlx: Mlx, project: Path, registry: Path) -> None:
    write_files(project, {"pyproject.toml": PYPROJECT + 'oops = "\n'})
    message = refused(mlx, project, registry)
    assert "pyproject.toml:6:" in message
    assert mlx("status", "-C", project).status in (0, 2)


def test_manifest_that_is_not_text(mlx: Mlx, project: Path, registry: Path) -> None:
    write_files(project, {"pyproject.toml": b"[project]\nname = '\xff'\n"})
    assert "pyproject.toml:2:" in refused(mlx, project, registry)


def test_no_manifest(mlx: Mlx, project: Path, registry: Path) -> None:
    (project / "pyproject.toml").unlink()
    message = refused(mlx, project, registry)
    assert "pyproject.toml" in message
    assert "uv init" in message


def test_unknown_key_in_the_configuration(mlx: Mlx, project: Path, registry: Path) -> None:
    write_files(project, {"pyproject.toml": PYPROJECT + '\n[tool.mlx]\nsource-rot = "src"\n'})
    message = refused(mlx, project, registry)
    assert "pyproject.toml:8:1" in message
    assert "did you mean `source-root`?" in message


def test_unknown_key_in_mlx_toml(mlx: Mlx, project: Path, registry: Path) -> None:
    write_files(project, {"mlx.toml": '# ours\nimport-rot = "src"\n'})
    message = refused(mlx, project, registry)
    assert "mlx.toml:2:1" in message
    assert "did you mean `import-root`?" in message


def test_line_ends_stay(mlx: Mlx, project: Path, registry: Path) -> None:
    text = PYPROJECT.replace("[]", '["click>=8"]').replace("\n", "\r\n")
    write_files(project, {"pyproject.toml": text})
    add(mlx, project, registry)
    after = (project / "pyproject.toml").read_bytes()
    assert after.count(b"\n") == after.count(b"\r\n")
    assert tomllib.loads(after.decode())["project"]["dependencies"] == ["click>=8", "httpx>=0.27,<1"]


@pytest.mark.parametrize("end", ["", "\n"])
def test_last_line_stays(mlx: Mlx, project: Path, registry: Path, end: str) -> None:
    text = PYPROJECT + '\n[dependency-groups]\ndev = ["pytest>=8"]\n\n[tool.own]\nlast = 1' + end
    write_files(project, {"pyproject.toml": text, "tests/test_own.py": ""})
    add(mlx, project, registry)
    after = (project / "pyproject.toml").read_text()
    assert "last = 1" in after
    assert tomllib.loads(after)["tool"]["own"] == {"last": 1}


def test_everything_else_stays(mlx: Mlx, project: Path, registry: Path) -> None:
    text = """\
# A comment at the top.
[build-system]
requires = ["hatchling"]   # why: habit
build-backend = 'hatchling.build'

[project]
name = "client"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = [
  # the command line
  'click >= 8.1',
  "rich[jupyter]>=13 ; python_version < '4'",  # colours
]

[project.optional-dependencies]
gpu = ["torch"]

[tool.own]
"quoted key" = { inline = [1, 2,], b = 0x1F }
"""
    write_files(project, {"pyproject.toml": text})
    add(mlx, project, registry)
    after = (project / "pyproject.toml").read_text()
    lines = iter(after.splitlines())
    assert [line for line in text.splitlines() if line not in lines] == []  # all there, in this order
    document = tomllib.loads(after)
    assert document["project"]["dependencies"] == [
        "click >= 8.1",
        "httpx>=0.27,<1",
        "rich[jupyter]>=13 ; python_version < '4'",
    ]
    assert document["dependency-groups"] == {"dev": ["pytest>=8"]}


def test_dependency_that_is_there(mlx: Mlx, project: Path, registry: Path) -> None:
    """What the user wrote stays as they wrote it, whatever the case or the separators of the name."""
    write_files(project, {"pyproject.toml": PYPROJECT.replace("[]", '["HTTPX[http2] >=0.27.2,<0.29"]')})
    output = add(mlx, project, registry)
    document = tomllib.loads((project / "pyproject.toml").read_text())
    assert document["project"]["dependencies"] == ["HTTPX[http2] >=0.27.2,<0.29"]
    assert "httpx" in output.lower()


def test_dependency_that_excludes_what_is_needed(mlx: Mlx, project: Path, registry: Path) -> None:
    write_files(project, {"pyproject.toml": PYPROJECT.replace("[]", '["httpx==0.13.3"]')})
    assert "warning: httpx" in add(mlx, project, registry)


def test_lock_of_uv_that_is_now_out_of_date(mlx: Mlx, project: Path, registry: Path) -> None:
    succeed("uv", "lock", "--quiet", "--offline", directory=project)
    assert "uv lock" in add(mlx, project, registry)


@pytest.mark.parametrize(
    ("name", "text"),
    [("pytest.ini", "[pytest]\n"), ("tox.ini", "[pytest]\n"), ("setup.cfg", "[tool:pytest]\n")],
)
def test_pytest_that_is_configured_elsewhere(mlx: Mlx, project: Path, registry: Path, name: str, text: str) -> None:
    """pytest reads one file only, so the table in pyproject.toml would do nothing."""
    write_files(project, {name: text})
    output = add(mlx, project, registry)
    assert f"  at {name}\n" in output
    assert "pythonpath = ." in output
    assert (project / name).read_text() == text


def test_python_that_is_too_old(mlx: Mlx, project: Path, registry: Path) -> None:
    write_files(project, {"pyproject.toml": PYPROJECT.replace(">=3.11", ">=3.9")})
    done = mlx("add", "greeting", "-C", project, "--registry", registry)
    assert "3.11" in done.output
    assert "3.9" in done.output


def test_requirements_txt(mlx: Mlx, project: Path, registry: Path) -> None:
    (project / "pyproject.toml").unlink()
    write_files(project, {"requirements.txt": "# what we need\nclick==8.1.7  # pinned\n-r more.txt\n", "more.txt": ""})
    before = read_tree(project)
    output = add(mlx, project, registry)
    lines = (project / "requirements.txt").read_text().splitlines()
    assert [line for line in lines if "httpx" not in line and "pytest" not in line] == [
        "# what we need",
        "click==8.1.7  # pinned",
        "-r more.txt",
    ]
    assert "httpx>=0.27,<1" in lines
    assert "requirements.txt" in output
    assert difference(before, read_tree(project)) >= {"requirements.txt", "mlx.lock", "src/greeting.py"}
    before = read_tree(project)
    add(mlx, project, registry)
    assert read_tree(project) == before


def test_environment_example(mlx: Mlx, project: Path, registry: Path) -> None:
    write_files(project, {".env.example": "OWN=1\n", ".env": "SECRET=2\n"})
    add(mlx, project, registry)
    text = (project / ".env.example").read_text()
    assert text.startswith("OWN=1\n")
    assert "\nGREETING=hello\n" in text
    assert (project / ".env").read_text() == "SECRET=2\n"


def test_variable_that_is_there(mlx: Mlx, project: Path, registry: Path) -> None:
    write_files(project, {".env.example": "export GREETING='good morning'\n"})
    add(mlx, project, registry)
    assert (project / ".env.example").read_text() == "export GREETING='good morning'\n"


def test_import_root_of_the_configuration(mlx: Mlx, project: Path, registry: Path) -> None:
    write_files(project, {"mlx.toml": 'source-root = "code/deep"\nimport-root = "deep"\n', "code/deep/__init__.py": ""})
    add(mlx, project, registry)
    assert (project / "code/deep/greeting.py").exists()
    assert "from deep.greeting import GREETING" in (project / "tests/test_greeting.py").read_text()


def test_lock_that_is_broken(mlx: Mlx, project: Path, registry: Path) -> None:
    add(mlx, project, registry)
    lock = (project / "mlx.lock").read_text()
    write_files(project, {"mlx.lock": lock.replace('"version": "1.0.0"', '"version": "one"')})
    assert "mlx.lock: components.greeting.version: " in refused(mlx, project, registry)
    write_files(project, {"mlx.lock": "<<<<<<< ours\n" + lock})
    assert "mlx.lock:1:1" in refused(mlx, project, registry)


def test_lock_without_files(mlx: Mlx, project: Path, registry: Path) -> None:
    add(mlx, project, registry)
    write_files(project, {"mlx.lock": (project / "mlx.lock").read_text().replace('"files"', '"fils"')})
    assert "mlx.lock: components.greeting" in refused(mlx, project, registry)

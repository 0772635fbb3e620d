"""`mlx extract --bump`: a published component that changed gets its next version."""

from pathlib import Path

from conftest import Mlx
from support.trees import read_tree, write_files

CONFIGURATION = '# Ours.\n[components.web]\npaths = ["src/web"]\nversion = "1.0.0"  # published\n'


def platform(directory: Path) -> Path:
    write_files(
        directory,
        {
            "pyproject.toml": '[project]\nname = "platform"\nversion = "1"\nrequires-python = ">=3.11"\n',
            "mlx.toml": CONFIGURATION,
            "src/web/__init__.py": "PORT = 8080\n",
        },
    )
    return directory


def test_bump(mlx: Mlx, tmp_path: Path) -> None:
    project = platform(tmp_path / "platform")
    assert mlx("extract", "-C", project).status == 0
    write_files(project, {"src/web/__init__.py": 'PORT = 8080\nHOST = "localhost"\n'})
    before = read_tree(project)
    refused = mlx("extract", "-C", project)
    assert refused.status == 1, str(refused)
    assert "give it version 1.1.0" in refused.output
    checked = mlx("extract", "--bump", "--check", "-C", project)
    assert checked.status == 1, str(checked)
    assert '+version = "1.1.0"  # published' in checked.output
    assert read_tree(project) == before

    done = mlx("extract", "--bump", "-C", project)
    assert done.status == 0, str(done)
    assert "1.0.0 was published and becomes 1.1.0" in done.output
    assert (project / "mlx.toml").read_text() == CONFIGURATION.replace("1.0.0", "1.1.0")
    assert (project / "mlx-components/r/web@1.0.0.json").exists()
    assert (project / "mlx-components/r/web@1.1.0.json").exists()
    again = mlx("extract", "--bump", "--check", "-C", project)
    assert (again.status, again.output.splitlines()[-1]) == (0, "The catalogue is what the source says."), str(again)

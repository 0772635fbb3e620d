"""mlx merge: what it writes, where, and how it ends."""

from pathlib import Path

import pytest

from conftest import Mlx
from support.commands import Finished, run

BASE = "from shop import total\n\nx = total(1)\n"
OURS = "from shop import refund, total\n\nx = total(1)\n"
THEIRS = "from shop import total, void\n\nx = total(1)\n"


@pytest.fixture
def versions(tmp_path: Path) -> Path:
    write(tmp_path, BASE, OURS, THEIRS)
    return tmp_path


def write(directory: Path, base: str, ours: str, theirs: str, ending: str = "py") -> None:
    for name, text in (("base", base), ("ours", ours), ("theirs", theirs)):
        (directory / f"{name}.{ending}").write_text(text)


def paths(directory: Path, ending: str = "py") -> list[Path]:
    return [directory / f"{name}.{ending}" for name in ("base", "ours", "theirs")]


def test_what_lines_cannot_join_is_joined(mlx: Mlx, versions: Path) -> None:
    done = mlx("merge", *paths(versions))
    assert (done.status, done.errors) == (0, "")
    assert done.output == "from shop import refund, total, void\n\nx = total(1)\n"


def test_output_goes_to_a_file_which_may_be_ours(mlx: Mlx, versions: Path) -> None:
    done = mlx("merge", *paths(versions), "-o", versions / "ours.py")
    assert (done.status, done.output) == (0, "")
    assert (versions / "ours.py").read_text().startswith("from shop import refund, total, void\n")


def test_conflicts_end_with_one_and_have_the_labels_that_are_given(mlx: Mlx, tmp_path: Path) -> None:
    write(tmp_path, "x = 1\n", "x = 2\n", "x = 3\n")
    labels = ("-L", "mine", "-L", "old", "-L", "yours")
    done = mlx("merge", *paths(tmp_path), *labels)
    assert done.status == 1
    assert done.output == "<<<<<<< mine\nx = 2\n=======\nx = 3\n>>>>>>> yours\n"
    done = mlx("merge", *paths(tmp_path), *labels, "--style", "diff3", "--marker-size", "3")
    assert done.output == "<<< mine\nx = 2\n||| old\nx = 1\n===\nx = 3\n>>> yours\n"


def test_the_language_is_told_by_the_name_unless_it_is_given(mlx: Mlx, tmp_path: Path) -> None:
    write(tmp_path, BASE, OURS, THEIRS, "txt")
    files = paths(tmp_path, "txt")
    assert mlx("merge", *files).status == 1
    assert mlx("merge", *files, "--language", "python").status == 0
    assert mlx("merge", *files, "--path", "src/app.py").status == 0
    assert mlx("merge", *files, "--path", "src/app.py", "--language", "text").status == 1


@pytest.mark.parametrize(
    ("name", "language", "versions", "merged"),
    [
        (
            "package.json",
            "json",
            ['{\n  "a": 1\n}\n', '{\n  "a": 1,\n  "b": 2\n}\n', '{\n  "a": 1,\n  "c": 3\n}\n'],
            '{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}\n',
        ),
        (
            "mlx.lock",
            "json",
            ['{\n  "a": 1\n}\n', '{\n  "a": 1,\n  "b": 2\n}\n', '{\n  "a": 1,\n  "c": 3\n}\n'],
            '{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}\n',
        ),
        ("pyproject.toml", "toml", ["a = 1\n", "a = 1\nb = 2\n", "a = 1\nc = 3\n"], "a = 1\nb = 2\nc = 3\n"),
        ("compose.yml", "yaml", ["a: 1\n", "a: 1\nb: 2\n", "a: 1\nc: 3\n"], "a: 1\nb: 2\nc: 3\n"),
    ],
)
def test_data_is_merged_by_its_keys(
    mlx: Mlx, tmp_path: Path, name: str, language: str, versions: list[str], merged: str
) -> None:
    write(tmp_path, *versions, ending="txt")
    files = paths(tmp_path, "txt")
    assert mlx("merge", *files).status == 1
    for arguments in (("--path", name), ("--language", language)):
        done = mlx("merge", *files, *arguments)
        assert (done.status, done.output) == (0, merged)


def test_how_it_was_joined_is_said_when_asked_for(mlx: Mlx, versions: Path) -> None:
    assert "imports" in mlx("merge", *paths(versions), "--explain").errors


def test_failures_name_the_file_and_end_with_two(mlx: Mlx, versions: Path) -> None:
    base, ours, _ = paths(versions)
    done = mlx("merge", base, ours, versions / "absent.py")
    assert (done.status, done.output) == (2, "")
    assert "absent.py" in done.errors
    done = mlx("merge", *paths(versions), "-o", versions / "no/such/directory.py")
    assert done.status == 2
    assert "directory.py" in done.errors
    assert mlx("merge", base, ours).status == 2
    assert mlx("merge", *paths(versions), "--style", "modern").status == 2


def test_bytes_that_are_no_text_are_kept(mlx: Mlx, tmp_path: Path) -> None:
    for name, data in (("base", b"a\n\xff\x00\n"), ("ours", b"a\n\xff\x00\n"), ("theirs", b"b\n\xff\x00\n")):
        (tmp_path / f"{name}.bin").write_bytes(data)
    done = mlx("merge", *paths(tmp_path, "bin"), "-o", tmp_path / "out")
    assert done.status == 0
    assert (tmp_path / "out").read_bytes() == b"b\n\xff\x00\n"


def git(directory: Path, *arguments: str, **settings: str) -> Finished:
    return run("git", *arguments, directory=directory, settings=settings)


@pytest.fixture
def branches(tmp_path: Path) -> Path:
    """A repository on whose two branches one line was changed in ways that git can't join."""
    repository = tmp_path / "a repository"
    repository.mkdir()
    git(repository, "init", "--quiet", "--initial-branch", "main")
    for branch, text in (("main", BASE), ("ours", OURS), ("theirs", THEIRS)):
        if branch != "main":
            git(repository, "checkout", "--quiet", "-b", branch, "main")
        (repository / "shop.py").write_text(text)
        git(repository, "add", ".")
        assert git(repository, "commit", "--quiet", "-m", branch).status == 0
    git(repository, "checkout", "--quiet", "ours")
    return repository


def test_git_merges_with_the_driver_until_it_is_taken_out(mlx: Mlx, branches: Path) -> None:
    attributes = branches / ".git/info/attributes"
    attributes.parent.mkdir(exist_ok=True)
    attributes.write_text("*.lock -diff")
    configuration = (branches / ".git/config").read_text()
    assert git(branches, "merge", "theirs").status == 1
    git(branches, "merge", "--abort")

    for _ in range(2):
        done = mlx("merge", "--install-driver", directory=branches)
        assert done.status == 0, done.errors
        assert "mlx merge --uninstall-driver" in done.output
    assert attributes.read_text().count("merge=mlx") == 8
    merged = git(branches, "merge", "theirs")
    assert merged.status == 0, merged.output + merged.errors
    assert (branches / "shop.py").read_text().startswith("from shop import refund, total, void\n")

    assert mlx("merge", "--uninstall-driver", directory=branches).status == 0
    assert attributes.read_text() == "*.lock -diff\n"
    assert "driver" not in (branches / ".git/config").read_text()
    assert mlx("merge", "--uninstall-driver", directory=branches).status == 0
    assert (branches / ".git/config").read_text().startswith(configuration)


def test_git_merges_data_with_the_driver(mlx: Mlx, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    for branch, lines in (("main", ""), ("ours", "b: 2\n"), ("theirs", "c: 3\n")):
        if branch != "main":
            git(tmp_path, "checkout", "--quiet", "-b", branch, "main")
        (tmp_path / "compose.yaml").write_text("a: 1\n" + lines)
        git(tmp_path, "add", ".")
        assert git(tmp_path, "commit", "--quiet", "-m", branch).status == 0
    git(tmp_path, "checkout", "--quiet", "ours")
    mlx("merge", "--install-driver", directory=tmp_path)
    assert git(tmp_path, "merge", "--quiet", "-m", "both", "theirs").status == 0
    assert (tmp_path / "compose.yaml").read_text() == "a: 1\nb: 2\nc: 3\n"


def test_a_driver_that_an_older_version_put_in_is_brought_up_to_date(mlx: Mlx, branches: Path) -> None:
    attributes = branches / ".git/info/attributes"
    mlx("merge", "--install-driver", directory=branches)
    block = attributes.read_text()
    older = "".join(block.splitlines(keepends=True)[:3])
    assert older.count("merge=mlx") == 2
    attributes.write_text("*.lock -diff\n" + older + "*.md -diff\n")
    mlx("merge", "--install-driver", directory=branches)
    assert attributes.read_text() == "*.lock -diff\n*.md -diff\n" + block
    mlx("merge", "--uninstall-driver", directory=branches)
    assert attributes.read_text() == "*.lock -diff\n*.md -diff\n"


def test_conflicts_of_the_driver_are_conflicts_of_git(mlx: Mlx, branches: Path) -> None:
    mlx("merge", "--install-driver", directory=branches)
    (branches / "shop.py").write_text(OURS.replace("total(1)", "total(2)"))
    git(branches, "commit", "--quiet", "-am", "more")
    git(branches, "checkout", "--quiet", "theirs")
    (branches / "shop.py").write_text(THEIRS.replace("total(1)", "total(3)"))
    git(branches, "commit", "--quiet", "-am", "more")
    merged = git(branches, "merge", "ours")
    assert merged.status == 1
    assert "CONFLICT" in merged.output
    text = (branches / "shop.py").read_text()
    assert text.startswith("from shop import refund, total, void\n")
    assert "<<<<<<< ours\nx = total(3)\n=======\nx = total(2)\n>>>>>>> theirs\n" in text
    assert git(branches, "ls-files", "--unmerged").output.count("shop.py") == 3


def test_the_driver_of_all_repositories(mlx: Mlx, branches: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    settings = {"HOME": str(home), "XDG_CONFIG_HOME": "", "GIT_CONFIG_GLOBAL": str(home / ".gitconfig")}
    assert mlx("merge", "--install-driver", "--global", directory=tmp_path, **settings).status == 0
    assert git(branches, "merge", "theirs", **settings).status == 0
    assert mlx("merge", "--uninstall-driver", "--global", directory=tmp_path, **settings).status == 0
    assert not (home / ".config/git/attributes").exists()
    done = mlx("merge", "--install-driver", directory=home, **settings)
    assert done.status == 2
    assert "--global" in done.errors

"""`mlx test`: what git says has changed, which tests that can affect, and running them."""

import json
import sys
from pathlib import Path

import pytest

from conftest import Mlx
from support.commands import Finished, succeed
from support.schemas import complaints_about
from support.trees import commit_all, write_files

FILES = {
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n[tool.pytest.ini_options]\npythonpath = ["."]\n',
    ".gitignore": "__pycache__/\n.pytest_cache/\n",
    "shop/__init__.py": "",
    "shop/money.py": "PRICE = 1\n",
    "shop/stock.py": "COUNT = 2\n",
    "tests/test_money.py": "from shop.money import PRICE\n\n\ndef test_price():\n    assert PRICE == 1\n",
    "tests/test_stock.py": "from shop.stock import COUNT\n\n\ndef test_count():\n    assert COUNT == 2\n\n\ndef test_more():\n    pass\n",
}


def git(directory: Path, *arguments: str) -> str:
    return succeed("git", *arguments, directory=directory).strip()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    directory = tmp_path / "shop"
    write_files(directory, FILES)
    commit_all(directory)
    return directory


def selected(done: Finished) -> list[str]:
    assert done.status == 0, str(done)
    return done.output.splitlines()


def answer(mlx: Mlx, directory: Path, *arguments: str) -> dict:
    done = mlx("test", "--json", "-C", directory, *arguments)
    assert (done.status, done.errors) == (0, ""), str(done)
    assert not complaints_about("cli-test", done.output)
    return json.loads(done.output)


def test_nothing_has_changed(mlx: Mlx, shop: Path) -> None:
    done = mlx("test", "-C", shop)
    assert selected(done) == []
    assert "Nothing has changed since main" in done.errors


def test_work_tree_index_and_commits_count(mlx: Mlx, shop: Path) -> None:
    git(shop, "checkout", "-q", "-b", "feature")
    write_files(shop, {"shop/money.py": "PRICE = 2\n"})
    assert selected(mlx("test", "-C", shop)) == ["tests/test_money.py"]
    git(shop, "add", "--all")
    assert selected(mlx("test", "-C", shop)) == ["tests/test_money.py"]
    commit_all(shop)
    done = mlx("test", "-C", shop)
    assert selected(done) == ["tests/test_money.py"]
    assert "1 of 3 tests in 1 of 2 files" in done.errors
    assert selected(mlx("test", "--since", "HEAD", "-C", shop)) == []
    assert selected(mlx("test", "--since", "HEAD~1", directory=shop)) == ["tests/test_money.py"]


def test_what_others_did_meanwhile_does_not(mlx: Mlx, shop: Path) -> None:
    git(shop, "checkout", "-q", "-b", "feature")
    write_files(shop, {"shop/money.py": "PRICE = 2\n"})
    commit_all(shop)
    git(shop, "checkout", "-q", "main")
    write_files(shop, {"shop/stock.py": "COUNT = 3\n"})
    commit_all(shop)
    git(shop, "checkout", "-q", "feature")
    assert selected(mlx("test", "--since", "main", "-C", shop)) == ["tests/test_money.py"]


def test_new_moved_and_deleted_files(mlx: Mlx, shop: Path) -> None:
    write_files(shop, {"tests/new/test_new.py": "def test_new():\n    pass\n", "ignored/__pycache__/test_x.py": ""})
    assert selected(mlx("test", "-C", shop)) == ["tests/new/test_new.py"]
    git(shop, "mv", "shop/stock.py", "shop/store.py")
    (shop / "shop/money.py").unlink()
    (shop / "tests/test_money.py").unlink()
    found = answer(mlx, shop)
    assert [tests["file"] for tests in found["selected"]] == ["tests/new/test_new.py", "tests/test_stock.py"]
    assert {"file": "shop/stock.py", "removed": True} in found["changed"]
    assert {"file": "shop/store.py", "removed": False} in found["changed"]


def test_a_change_of_the_environment_is_all(mlx: Mlx, shop: Path) -> None:
    write_files(shop, {"uv.lock": "version = 1\n"})
    done = mlx("test", "-C", shop)
    assert selected(done) == ["tests/test_money.py", "tests/test_stock.py"]
    assert "all tests, since uv.lock says what is installed" in done.errors
    found = answer(mlx, shop)
    assert found["all"]
    assert found["reasons"] == [{"file": "uv.lock", "text": "uv.lock says what is installed"}]


def test_explains(mlx: Mlx, shop: Path) -> None:
    write_files(shop, {"shop/money.py": "PRICE = 2\n", "shop/lonely.py": ""})
    done = mlx("test", "--explain", "-C", shop)
    assert done.output == (
        "tests/test_money.py\n  tests/test_money.py:1 imports shop/money.py, which has changed\n"
        "shop/lonely.py: no test reaches it\n"
    )


def test_a_test_that_imports_by_string(mlx: Mlx, shop: Path) -> None:
    text = "import importlib\n\n\ndef test_it():\n    importlib.import_module('shop.' + 'stock')\n"
    write_files(shop, {"tests/test_by_name.py": text})
    commit_all(shop)
    write_files(shop, {"shop/stock.py": "COUNT = 3\n"})
    assert selected(mlx("test", "-C", shop)) == ["tests/test_by_name.py", "tests/test_stock.py"]


def test_a_test_that_cannot_be_read(mlx: Mlx, shop: Path) -> None:
    write_files(shop, {"tests/test_broken.py": "def test_it(:\n"})
    commit_all(shop)
    write_files(shop, {"shop/stock.py": "COUNT = 3\n"})
    assert selected(mlx("test", "-C", shop)) == ["tests/test_broken.py", "tests/test_stock.py"]


@pytest.mark.parametrize("revision", ["no-such-branch", "a..b", "-x", "HEAD~99", "0" * 40, "main\n"])
def test_a_revision_that_is_none(mlx: Mlx, shop: Path, revision: str) -> None:
    done = mlx("test", f"--since={revision}", "-C", shop)
    assert (done.status, done.output) == (2, "")
    assert "git knows no commit" in done.errors


def test_no_git_repository(mlx: Mlx, tmp_path: Path) -> None:
    write_files(tmp_path / "plain", FILES)
    done = mlx("test", "-C", tmp_path / "plain", GIT_CEILING_DIRECTORIES=str(tmp_path))
    assert (done.status, done.output) == (2, "")
    assert "git repository" in done.errors


def test_no_commit_yet(mlx: Mlx, tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    git(tmp_path, "init", "-q", "-b", "main")
    done = mlx("test", "-C", tmp_path)
    assert selected(done) == ["tests/test_money.py", "tests/test_stock.py"]
    assert "no commit yet" in done.errors


def test_no_tests(mlx: Mlx, tmp_path: Path) -> None:
    write_files(tmp_path, {"src/a.py": ""})
    commit_all(tmp_path)
    write_files(tmp_path, {"src/a.py": "A = 1\n"})
    done = mlx("test", "-C", tmp_path)
    assert selected(done) == []
    assert "There are no tests here" in done.errors
    assert mlx("test", "--run", "-C", tmp_path).status == 0


def test_a_shallow_clone(mlx: Mlx, shop: Path, tmp_path: Path) -> None:
    first = git(shop, "rev-parse", "HEAD")
    write_files(shop, {"shop/money.py": "PRICE = 2\n"})
    commit_all(shop)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{shop}", str(clone))
    done = mlx("test", "--since", first, "-C", clone)
    assert selected(done) == ["tests/test_money.py", "tests/test_stock.py"]
    assert "git fetch --unshallow" in done.errors
    write_files(clone, {"shop/stock.py": "COUNT = 3\n"})
    assert selected(mlx("test", "-C", clone)) == ["tests/test_stock.py"]


@pytest.mark.parametrize("kind", ["detached", "shallow", "remote"])
def test_no_branch_to_compare_with(mlx: Mlx, shop: Path, tmp_path: Path, kind: str) -> None:
    git(shop, "branch", "-m", "main", "work")
    assert "Nothing has changed since HEAD" in mlx("test", "-C", shop).errors
    if kind == "detached":
        git(shop, "checkout", "-q", "--detach")
    elif kind == "remote":
        git(shop, "remote", "add", "origin", str(tmp_path / "none"))
    else:
        (shop / ".git/shallow").write_text(git(shop, "rev-parse", "HEAD") + "\n")
    done = mlx("test", "-C", shop)
    assert selected(done) == ["tests/test_money.py", "tests/test_stock.py"]
    assert "all tests, since no branch is here" in done.errors
    assert selected(mlx("test", "--since", "HEAD", "-C", shop)) == []


@pytest.mark.parametrize("is_ignored", [False, True])
def test_a_file_that_only_git_has_forgotten(mlx: Mlx, shop: Path, is_ignored: bool) -> None:
    git(shop, "rm", "-q", "--cached", "tests/test_money.py")
    if is_ignored:
        (shop / ".git/info/exclude").write_text("test_money.py\n")
    assert selected(mlx("test", "-C", shop)) == ["tests/test_money.py"]
    (shop / "tests/test_money.py").unlink()
    assert selected(mlx("test", "-C", shop)) == []


def test_a_project_inside_a_repository(mlx: Mlx, tmp_path: Path) -> None:
    write_files(tmp_path, {f"services/shop/{path}": text for path, text in FILES.items()})
    write_files(tmp_path, {"other/shop/money.py": "", "services/conftest.py": ""})
    commit_all(tmp_path)
    write_files(tmp_path, {"services/shop/shop/stock.py": "COUNT = 3\n", "other/shop/money.py": "X = 1\n"})
    assert selected(mlx("test", "-C", tmp_path / "services/shop")) == ["tests/test_stock.py"]
    write_files(tmp_path, {"services/conftest.py": "X = 1\n"})
    assert len(selected(mlx("test", directory=tmp_path / "services/shop"))) == 2


def test_symbolic_links_that_are_imported(mlx: Mlx, shop: Path) -> None:
    (shop / "tests/linked.py").symlink_to("../shop/stock.py")
    (shop / "notes").symlink_to("/")
    write_files(shop, {"tests/test_far.py": "import far.away\n"})
    (shop / "lib").mkdir()
    (shop / "lib/far").symlink_to("../shop")
    commit_all(shop)
    write_files(shop, {"shop/stock.py": "COUNT = 3\n"})
    done = mlx("test", "-C", shop)
    assert len(selected(done)) == 3
    assert "lib/far is a symbolic link" in done.errors
    assert "tests/linked.py is a symbolic link" in done.errors
    assert "notes" not in done.errors


def test_a_workspace_around_the_project(mlx: Mlx, tmp_path: Path) -> None:
    write_files(tmp_path, {f"services/shop/{path}": text for path, text in FILES.items()})
    project = tmp_path / "services/shop"
    write_files(project, {"requirements.txt": "-e ../../libs/shared\n"})
    write_files(tmp_path, {"libs/shared/shared.py": "", "libs/other/other.py": ""})
    commit_all(tmp_path)
    write_files(tmp_path, {"libs/other/other.py": "A = 1\n"})
    assert selected(mlx("test", "-C", project)) == []
    write_files(tmp_path, {"libs/shared/shared.py": "A = 1\n"})
    assert len(selected(mlx("test", "-C", project))) == 2


def test_runs_what_is_selected(mlx: Mlx, shop: Path) -> None:
    settings = {"VIRTUAL_ENV": str(Path(sys.executable).parents[1]), "PYTHONDONTWRITEBYTECODE": "1"}
    done = mlx("test", "--run", "-C", shop, **settings)
    assert done.status == 0
    assert "passed" not in done.output
    write_files(shop, {"shop/money.py": "PRICE = 2\n"})
    done = mlx("test", "--run", "-C", shop, "--", "-q", **settings)
    assert done.status == 1
    assert "test_price" in done.output
    assert "1 failed" in done.output
    assert "test_stock" not in done.output
    write_files(shop, {"shop/money.py": "PRICE = 1 + 0\n"})
    done = mlx("test", "--run", "-C", shop, "--", "-q", **settings)
    assert done.status == 0
    assert "1 passed" in done.output
    write_files(shop, {"uv.lock": ""})
    assert "3 passed" in mlx("test", "--run", "-C", shop, "--", "-q", **settings).output
    # Exit codes of pytest are handed on: 5 is that nothing was collected.
    assert mlx("test", "--run", "-C", shop, "--", "-k", "nothing_at_all", **settings).status == 5


def test_runs_in_the_environment_of_the_project(mlx: Mlx, shop: Path) -> None:
    fake = shop / ".venv/bin/python"
    write_files(shop, {".venv/pyvenv.cfg": "", ".venv/bin/python": '#!/bin/sh\necho "own $*"\nexit 3\n', ".gitignore": ".venv\n"})
    fake.chmod(0o755)
    write_files(shop, {"shop/money.py": "PRICE = 2\n"})
    done = mlx("test", "--run", "-C", shop, "--", "-x")
    assert (done.status, done.output) == (3, "own -m pytest -x --ignore=tests/test_stock.py\n")


def test_arguments_for_pytest_need_run(mlx: Mlx, shop: Path) -> None:
    assert mlx("test", "-C", shop, "--", "-x").status == 2
    assert mlx("test", "--json", "--run", "-C", shop).status == 2


def test_outputs_for_github(mlx: Mlx, shop: Path, tmp_path: Path) -> None:
    write_files(shop, {"shop/money.py": "PRICE = 2\n"})
    outputs = tmp_path / "outputs"
    done = mlx("test", "--format", "github", "-C", shop, GITHUB_OUTPUT=str(outputs))
    assert (done.status, done.output) == (0, "")
    lines = outputs.read_text().splitlines()
    values = {lines[at].partition("<<")[0]: lines[at + 1] for at in range(0, len(lines), 3)}
    assert values == {"tests": "tests/test_money.py", "test-count": "1", "test-total": "3", "test-all": "false", "test-any": "true"}
    assert mlx("test", "--format", "github", "-C", shop).output == outputs.read_text()
    done = mlx("test", "--format", "github", "-C", shop, GITHUB_OUTPUT=str(tmp_path / "no/such/place"))
    assert done.status == 2


def test_outputs_for_gitlab(mlx: Mlx, shop: Path) -> None:
    write_files(shop, {"shop/money.py": "PRICE = 2\n", "shop/stock.py": "COUNT = 3\n"})
    assert mlx("test", "--format", "gitlab", "-C", shop).output.splitlines() == [
        "MLX_TESTS=tests/test_money.py tests/test_stock.py",
        "MLX_TEST_COUNT=3",
        "MLX_TEST_TOTAL=3",
        "MLX_TEST_ALL=false",
        "MLX_TEST_ANY=true",
    ]
    write_files(shop, {f"tests/test_{'long' * 10}_{number}.py": "" for number in range(150)})
    done = mlx("test", "--format", "gitlab", "-C", shop)
    assert done.output.splitlines()[0] == "MLX_TESTS="
    assert "mlx test --run" in done.errors


def test_names_that_a_terminal_would_obey(mlx: Mlx, shop: Path) -> None:
    write_files(shop, {"tests/test_\x1b[31m.py": "", "-k.py": "X = 1\n"})
    done = mlx("test", "-C", shop)
    assert "\x1b" not in done.output + done.errors


def test_it_changes_nothing(mlx: Mlx, shop: Path) -> None:
    write_files(shop, {"shop/money.py": "PRICE = 2\n"})
    before = git(shop, "status", "--porcelain=v1", "--untracked-files=all", "--ignored")
    answer(mlx, shop)
    assert git(shop, "status", "--porcelain=v1", "--untracked-files=all", "--ignored") == before

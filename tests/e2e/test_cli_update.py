"""`mlx update` and `mlx diff` on a user's machine: files, git's index, exit codes, and what must not go wrong."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from conftest import REPOSITORY, Mlx
from support.commands import run, succeed
from support.schemas import complaints_about
from support.services import registry_server
from support.trees import commit_all, difference, read_tree, write_files

OLD = """\
def first() -> int:
    return 1


def second() -> int:
    return 2
"""
NEW = OLD.replace("return 2", "return 22")
MINE = OLD.replace("return 1", "return 11")
OTHER = OLD.replace("return 2", "return 99")


class Platform:
    """A platform with one component, `tool`, and its catalogue."""

    def __init__(self, mlx: Mlx, directory: Path):
        self.mlx = mlx
        self.directory = directory
        self.catalogue = directory / "mlx-components"

    def publish(self, version: str, files: dict[str, str], dependencies: str = "[]") -> None:
        for file in (self.directory / "src").rglob("*.py"):
            file.unlink()
        write_files(
            self.directory,
            {
                "pyproject.toml": f'[project]\nname = "platform"\nversion = "1"\ndependencies = {dependencies}\n',
                "mlx.toml": f'source-root = "src"\nimport-root = "src"\n[components.tool]\npaths = ["src/tool"]\n'
                f'version = "{version}"\ntitle = "Tool"\ndescription = "A tool."\ntype = "utility"\n',
                "src/tool/__init__.py": '"""A tool."""\n',
                **files,
            },
        )
        done = self.mlx("extract", "-C", self.directory)
        assert done.status == 0, str(done)


@pytest.fixture
def platform(mlx: Mlx, tmp_path: Path) -> Platform:
    made = Platform(mlx, tmp_path / "platform")
    made.publish("1.0.0", {"src/tool/work.py": OLD})
    return made


@pytest.fixture
def client(mlx: Mlx, project: Path, platform: Platform) -> Path:
    added = mlx("add", "tool", "-C", project, "--registry", platform.catalogue)
    assert added.status == 0, str(added)
    commit_all(project)
    return project


def text(project: Path, path: str = "src/tool/work.py") -> str:
    return (project / path).read_text(encoding="utf-8")


def status(project: Path) -> str:
    return succeed("git", "status", "--porcelain", directory=project)


def test_merges_and_says_so(mlx: Mlx, client: Path, platform: Platform) -> None:
    write_files(client, {"src/tool/work.py": MINE})
    commit_all(client)
    platform.publish("1.1.0", {"src/tool/work.py": NEW, "src/tool/more.py": "MORE = 1\n"})
    done = mlx("update", "-C", client, "--registry", platform.catalogue)
    assert (done.status, done.errors) == (0, ""), str(done)
    assert "tool 1.0.0 → 1.1.0" in done.output
    assert text(client) == MINE.replace("return 2", "return 22")
    assert text(client, "src/tool/more.py") == "MORE = 1\n"
    assert status(client) == " M mlx.lock\n M src/tool/work.py\n?? src/tool/more.py\n"
    again = mlx("update", "-C", client, "--registry", platform.catalogue)
    assert (again.status, again.output) == (0, "Everything is up to date.\n")


def test_what_it_prints_undoes_it(mlx: Mlx, client: Path, platform: Platform) -> None:
    write_files(client, {"src/tool/work.py": OTHER})
    commit_all(client)
    before = read_tree(client)
    platform.publish("1.1.0", {"src/tool/work.py": NEW, "src/tool/more.py": "MORE = 1\n"})
    done = mlx("update", "-C", client, "--registry", platform.catalogue)
    assert done.status == 1
    commands = done.output.split("To undo, run in ")[1].splitlines()[1:]
    for command in commands:
        succeed("sh", "-c", command, directory=client)
    assert difference(before, read_tree(client)) == set()
    assert status(client) == ""


def test_dry_run_writes_nothing_and_says_the_same(mlx: Mlx, client: Path, platform: Platform) -> None:
    platform.publish("1.1.0", {"src/tool/work.py": NEW})
    before = read_tree(client)
    dry = mlx("update", "--dry-run", "--json", "-C", client, "--registry", platform.catalogue)
    assert dry.status == 0, str(dry)
    assert difference(before, read_tree(client)) == set()
    assert complaints_about("cli-update", dry.output) == ""
    planned = json.loads(dry.output)
    applied = json.loads(mlx("update", "--json", "-C", client, "--registry", platform.catalogue).output)
    assert planned["diff"].count("+    return 22") == 1
    assert {**planned, "applied": True, "diff": None} == applied


def test_a_conflict_is_left_as_git_leaves_it(mlx: Mlx, client: Path, platform: Platform) -> None:
    write_files(client, {"src/tool/work.py": OTHER})
    commit_all(client)
    platform.publish("1.1.0", {"src/tool/work.py": NEW})
    done = mlx("update", "tool", "-C", client, "--registry", platform.catalogue)
    assert done.status == 1
    assert "src/tool/work.py" in done.output and "git mergetool" in done.output
    assert "<<<<<<< yours\n    return 99\n=======\n    return 22\n>>>>>>> tool 1.1.0\n" in text(client)
    assert status(client) == " M mlx.lock\nUU src/tool/work.py\n"
    for stage, expected in enumerate((OLD, OTHER, NEW), start=1):
        assert succeed("git", "show", f":{stage}:src/tool/work.py", directory=client) == expected
    # A tool that takes theirs, as a user would set one.
    tool = ("git", "-c", "mergetool.theirs.cmd=cp \"$REMOTE\" \"$MERGED\"", "-c", "mergetool.theirs.trustExitCode=true")
    succeed(*tool, "mergetool", "--no-prompt", "--tool=theirs", directory=client)
    assert text(client) == NEW
    assert "UU" not in status(client)


def test_an_executable_stays_one_through_a_conflict(mlx: Mlx, client: Path, platform: Platform) -> None:
    write_files(client, {"src/tool/work.py": OTHER})
    (client / "src/tool/work.py").chmod(0o755)
    commit_all(client)
    platform.publish("1.1.0", {"src/tool/work.py": NEW})
    assert mlx("update", "-C", client, "--registry", platform.catalogue).status == 1
    modes = succeed("git", "ls-files", "--stage", "src/tool/work.py", directory=client)
    assert [line.split()[0] for line in modes.splitlines()] == ["100755"] * 3


def test_in_a_directory_below_the_repository(mlx: Mlx, client: Path, platform: Platform, tmp_path: Path) -> None:
    outer = tmp_path / "outer"
    outer.mkdir()
    write_files(client, {"src/tool/work.py": OTHER})
    succeed("rm", "-rf", client / ".git")
    client.rename(outer / "inner")
    commit_all(outer)
    platform.publish("1.1.0", {"src/tool/work.py": NEW})
    assert mlx("update", "-C", outer / "inner", "--registry", platform.catalogue).status == 1
    assert "UU inner/src/tool/work.py" in status(outer)


def test_without_git_the_markers_are_there_all_the_same(mlx: Mlx, client: Path, platform: Platform) -> None:
    succeed("rm", "-rf", client / ".git")
    write_files(client, {"src/tool/work.py": OTHER})
    platform.publish("1.1.0", {"src/tool/work.py": NEW})
    done = mlx("update", "-C", client, "--registry", platform.catalogue)
    assert done.status == 1
    assert "<<<<<<< yours" in text(client)


@pytest.mark.parametrize("work", ["merge", "rebase", "conflict"])
def test_refuses_on_top_of_unfinished_work(mlx: Mlx, client: Path, platform: Platform, work: str) -> None:
    platform.publish("1.1.0", {"src/tool/work.py": NEW})
    succeed("git", "checkout", "--quiet", "-b", "other", directory=client)
    write_files(client, {"src/own.py": "OWN = 2\n"})
    commit_all(client)
    succeed("git", "checkout", "--quiet", "main", directory=client)
    write_files(client, {"src/own.py": "OWN = 3\n"})
    commit_all(client)
    assert run("git", "rebase" if work == "rebase" else "merge", "other", directory=client).status != 0
    if work == "conflict":
        (client / ".git/MERGE_HEAD").unlink()
    before = read_tree(client)
    done = mlx("update", "-C", client, "--registry", platform.catalogue)
    assert done.status == 2
    assert "waits to be finished" in done.errors
    assert difference(before, read_tree(client)) == set()


def test_a_registry_that_lost_the_old_version(mlx: Mlx, client: Path, platform: Platform) -> None:
    write_files(client, {"src/tool/work.py": MINE})
    commit_all(client)
    platform.publish("1.1.0", {"src/tool/work.py": NEW})
    (platform.catalogue / "r/tool@1.0.0.json").unlink()
    assert mlx("registry", "build", platform.catalogue).status == 0
    # git has the base: it was committed as it was injected.
    done = mlx("update", "-C", client, "--registry", platform.catalogue)
    assert done.status == 0, str(done)
    assert text(client) == MINE.replace("return 2", "return 22")


def test_nobody_has_the_base(mlx: Mlx, client: Path, platform: Platform) -> None:
    write_files(client, {"src/tool/work.py": MINE})
    succeed("rm", "-rf", client / ".git")
    platform.publish("1.1.0", {"src/tool/work.py": NEW})
    (platform.catalogue / "r/tool@1.0.0.json").unlink()
    assert mlx("registry", "build", platform.catalogue).status == 0
    done = mlx("update", "--json", "-C", client, "--registry", platform.catalogue)
    assert done.status == 0, str(done)
    assert complaints_about("cli-update", done.output) == ""
    assert [finding["code"] for finding in json.loads(done.output)["findings"]] == ["base-missing"]
    assert text(client) == MINE


def test_a_lock_that_is_damaged_or_newer_changes_nothing(mlx: Mlx, client: Path, platform: Platform) -> None:
    platform.publish("1.1.0", {"src/tool/work.py": NEW})
    lock = text(client, "mlx.lock")
    for broken, message in {
        lock.replace('"version": 1,', '"version": 9,'): "update MLX",
        lock.replace('"base": "', '"base": "x', 1): "components.tool.files",
        "{": "mlx.lock",
    }.items():
        write_files(client, {"mlx.lock": broken})
        before = read_tree(client)
        done = mlx("update", "-C", client, "--registry", platform.catalogue)
        assert (done.status, done.output) == (2, ""), str(done)
        assert message in done.errors
        assert difference(before, read_tree(client)) == set()


def test_a_lock_with_files_that_are_gone(mlx: Mlx, client: Path, platform: Platform) -> None:
    (client / "src/tool/work.py").unlink()
    platform.publish("1.1.0", {"src/tool/work.py": NEW})
    done = mlx("update", "-C", client, "--registry", platform.catalogue)
    assert done.status == 0, str(done)
    assert "stays deleted" in done.output
    assert not (client / "src/tool/work.py").exists()


def test_a_file_that_cannot_be_written_leaves_everything_as_it_was(mlx: Mlx, client: Path, platform: Platform) -> None:
    platform.publish("1.1.0", {"src/tool/work.py": NEW, "src/tool/deep/more.py": "MORE = 1\n"})
    write_files(client, {"src/tool/deep": "in the way\n"})
    before = read_tree(client)
    done = mlx("update", "-C", client, "--registry", platform.catalogue)
    assert done.status == 1
    assert "target-unusable" in done.output or "is none" in done.output
    assert difference(before, read_tree(client)) == set()


def test_a_link_is_not_followed(mlx: Mlx, client: Path, platform: Platform, tmp_path: Path) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text(OLD, encoding="utf-8")
    (client / "src/tool/work.py").unlink()
    (client / "src/tool/work.py").symlink_to(outside)
    platform.publish("1.1.0", {"src/tool/work.py": NEW})
    mlx("update", "-C", client, "--registry", platform.catalogue)
    assert outside.read_text(encoding="utf-8") == OLD
    assert (client / "src/tool/work.py").is_symlink()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("toll",), "did you mean `tool`?"),
        (("tool", "--to", "9.0.0"), "it has 1.0.0, 1.1.0"),
        (("--to", "1.1.0"), "--to is for one component"),
        (("tool", "--to", "new"), "is not a version"),
    ],
)
def test_wrong_usage(mlx: Mlx, client: Path, platform: Platform, arguments: tuple[str, ...], message: str) -> None:
    platform.publish("1.1.0", {"src/tool/work.py": NEW})
    done = mlx("update", *arguments, "-C", client, "--registry", platform.catalogue)
    assert (done.status, done.output) == (2, ""), str(done)
    assert message in done.errors


def test_what_the_configuration_ignores(mlx: Mlx, client: Path, platform: Platform) -> None:
    platform.publish("1.1.0", {"src/tool/work.py": NEW})
    write_files(client, {"mlx.toml": '[bot]\nignore = ["tool@1.1.x"]\n'})
    done = mlx("update", "tool", "-C", client, "--registry", platform.catalogue)
    assert done.status == 0
    assert "--to 1.1.0" in done.output
    assert text(client) == OLD
    assert mlx("update", "tool", "--to", "1.1.0", "-C", client, "--registry", platform.catalogue).status == 0
    assert text(client) == NEW
    write_files(client, {"mlx.toml": '[bot]\nignore = ["tool@soon"]\n'})
    refused = mlx("update", "-C", client, "--registry", platform.catalogue)
    assert refused.status == 2
    assert "mlx.toml: bot.ignore" in refused.errors


def test_dependencies_come_along(mlx: Mlx, client: Path, platform: Platform) -> None:
    platform.publish("1.1.0", {"src/tool/work.py": "import httpx\n\n\n" + OLD}, '["httpx>=0.27"]')
    assert mlx("update", "-C", client, "--registry", platform.catalogue).status == 0
    assert '"httpx>=0.27"' in text(client, "pyproject.toml")
    platform.publish("1.2.0", {"src/tool/work.py": "import httpx\n\n\n" + NEW}, '["httpx>=0.28"]')
    done = mlx("update", "-C", client, "--registry", platform.catalogue)
    assert "httpx>=0.27 → httpx>=0.28" in done.output
    assert '"httpx>=0.28"' in text(client, "pyproject.toml")
    platform.publish("1.3.0", {"src/tool/work.py": NEW})
    assert mlx("update", "-C", client, "--registry", platform.catalogue).status == 0
    assert "httpx" not in text(client, "pyproject.toml")


def test_diff_shows_both_directions(mlx: Mlx, client: Path, platform: Platform) -> None:
    options = ("-C", client, "--registry", platform.catalogue)
    assert "nothing is changed" in mlx("diff", "tool", *options).output
    write_files(client, {"src/tool/work.py": MINE})
    platform.publish("1.1.0", {"src/tool/work.py": NEW})
    done = mlx("diff", *options)
    assert (done.status, done.errors) == (0, ""), str(done)
    yours, upstream = done.output.split("tool 1.0.0 → 1.1.0:")
    assert "-    return 1\n+    return 11\n" in yours
    assert "-    return 2\n+    return 22\n" in upstream
    answered = mlx("diff", "--json", *options)
    assert complaints_about("cli-diff", answered.output) == ""
    answer = json.loads(answered.output)
    [component] = answer["components"]
    assert [file["path"] for file in component["yours"]] == ["src/tool/work.py"]
    assert [file["action"] for file in component["upstream"]] == ["change"]
    assert mlx("diff", "toll", *options).status == 2


def test_two_updates_at_a_time(mlx: Mlx, client: Path, platform: Platform) -> None:
    write_files(client, {"src/tool/work.py": MINE})
    commit_all(client)
    platform.publish("1.1.0", {"src/tool/work.py": NEW, "src/tool/more.py": "MORE = 1\n"})
    command = [mlx.binary, "update", "-C", client, "--registry", platform.catalogue]
    racing = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
    ends = {process.wait() for process in racing}
    for process in racing:
        process.communicate()
    assert 0 in ends
    assert text(client) == MINE.replace("return 2", "return 22")
    assert text(client, "src/tool/more.py") == "MORE = 1\n"
    assert mlx("update", "-C", client, "--registry", platform.catalogue).output == "Everything is up to date.\n"


def test_from_a_registry_over_http(mlx: Mlx, project: Path, platform: Platform, tmp_path: Path) -> None:
    settings = {"MLX_CACHE_DIR": str(tmp_path / "cache")}
    with registry_server(mlx.binary, platform.catalogue) as address:
        options = ("-C", project, "--registry", f"{address}/r/registry.json")
        assert mlx("add", "tool", *options, **settings).status == 0
        write_files(project, {"src/tool/work.py": MINE})
        platform.publish("1.1.0", {"src/tool/work.py": NEW})
        # Not the cache that has seen the old version: it is asked for, by its name.
        elsewhere = {"MLX_CACHE_DIR": str(tmp_path / "other")}
        done = mlx("update", *options, **elsewhere)
        assert (done.status, done.errors) == (0, ""), str(done)
        assert text(project) == MINE.replace("return 2", "return 22")


def test_from_a_git_registry_that_dropped_the_old_version(mlx: Mlx, project: Path, platform: Platform) -> None:
    commit_all(platform.directory)
    options = ("-C", project, "--registry", f"git+file://{platform.directory}@main")
    assert mlx("add", "tool", *options).status == 0
    write_files(project, {"src/tool/work.py": MINE})
    platform.publish("1.1.0", {"src/tool/work.py": NEW})
    (platform.catalogue / "r/tool@1.0.0.json").unlink()
    assert mlx("registry", "build", platform.catalogue).status == 0
    commit_all(platform.directory)
    # The lock says at which commit it was there.
    done = mlx("update", *options)
    assert (done.status, done.errors) == (0, ""), str(done)
    assert text(project) == MINE.replace("return 2", "return 22")


def test_the_configuration_that_is_documented_is_one(mlx: Mlx, client: Path, platform: Platform) -> None:
    documented = (REPOSITORY / "docs/update.md").read_text(encoding="utf-8")
    examples = re.findall(r"```toml\n(.*?)```", documented, flags=re.DOTALL)
    assert examples
    for example in examples:
        write_files(client, {"mlx.toml": example})
        done = mlx("update", "-C", client, "--registry", platform.catalogue)
        assert (done.status, done.errors) == (0, ""), str(done)


def test_status_says_that_there_is_something_new(mlx: Mlx, client: Path, platform: Platform) -> None:
    options = ("-C", client, "--registry", platform.catalogue)
    assert "mlx update" not in mlx("status", *options).output
    platform.publish("1.1.0", {"src/tool/work.py": NEW})
    assert "`mlx update` brings it" in mlx("status", *options).output
    assert "`mlx update tool` brings it" in mlx("add", "tool", *options).output

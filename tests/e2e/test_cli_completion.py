"""`mlx completion`: shells are asked for completions, as a user's Tab does."""

import shutil
from pathlib import Path

import pytest

from conftest import Mlx
from support.commands import run

ASK_BASH = """
PATH="$2:$PATH"
eval "$(mlx completion bash)"
COMP_WORDS=("${@:3}")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
compopt() { :; }
_mlx
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def bash(mlx: Mlx, tmp_path: Path):  # noqa: ANN201
    """Completions that bash offers for the last of the words."""

    def ask(*words: str | Path) -> list[str]:
        done = run("bash", "-c", ASK_BASH, "bash", tmp_path, mlx.binary.parent, *words)
        assert (done.status, done.errors) == (0, ""), str(done)
        return [line for line in done.output.splitlines() if line]

    return ask


def test_bash_offers_commands(bash, mlx: Mlx) -> None:
    assert bash("mlx", "rem") == ["remove"]
    shown = mlx("help").output
    assert all(f"\n  {command} " in shown for command in bash("mlx", "") if not command.startswith("-"))
    assert {"add", "remove", "list", "info", "status", "init", "doctor", "completion", "help"} <= set(bash("mlx", ""))


def test_bash_offers_options(bash) -> None:
    assert bash("mlx", "remove", "--f") == ["--force"]
    assert bash("mlx", "list", "--n") == []  # hidden
    assert bash("mlx", "list", "--color", "a") == ["auto", "always"]
    assert bash("mlx", "completion", "") == ["bash", "zsh", "fish"]


def test_bash_offers_components(bash, mlx: Mlx, project: Path, registry: Path) -> None:
    options = ("-C", project, "--registry", registry)
    assert bash("mlx", "add", *options, "") == ["greeting"]
    assert bash("mlx", *options, "info", "gr") == ["greeting"]
    assert bash("mlx", "remove", *options, "") == []
    mlx("add", "greeting", *options)
    assert bash("mlx", "remove", *options, "gre") == ["greeting"]
    assert bash("mlx", "add", "-C", project, "api") == ["api-serving"]


def test_bash_offers_directories(bash, project: Path) -> None:
    assert bash("mlx", "add", "-C", f"{project}/sr") == [f"{project}/src"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_scripts_are_valid_in_their_shells(mlx: Mlx, tmp_path: Path, shell: str) -> None:
    done = mlx("completion", shell)
    assert (done.status, done.errors) == (0, "")
    for name in ("remove", "--dry-run", "mlx list --names --installed"):
        assert name in done.output or shell == "fish"
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    (tmp_path / "script").write_text(done.output)
    assert run(program, "-n", tmp_path / "script").status == 0


ASK_ZSH = """
PATH="$1:$PATH"
compdef() { :; }
compadd() { shift; printf '%s\\n' "$@"; }
eval "$(mlx completion zsh)"
words=("${@:2}")
CURRENT=${#words}
_mlx
"""


def test_zsh_offers_commands_options_and_components(mlx: Mlx, project: Path, registry: Path) -> None:
    zsh = shutil.which("zsh")
    if zsh is None:
        pytest.skip("zsh is not installed")

    def ask(*words: str | Path) -> list[str]:
        done = run(zsh, "-f", "-c", ASK_ZSH, "zsh", mlx.binary.parent, *words)
        assert done.errors == "", str(done)
        return done.output.split()

    # zsh itself leaves out what does not begin with the word.
    assert "remove" in ask("mlx", "re")
    assert "--force" in ask("mlx", "remove", "--fo")
    assert ask("mlx", "list", "--color", "") == ["auto", "always", "never"]
    assert ask("mlx", "add", "-C", project, "--registry", registry, "") == ["greeting"]


def test_fish_offers_commands_and_components(mlx: Mlx, project: Path, registry: Path) -> None:
    fish = shutil.which("fish")
    if fish is None:
        pytest.skip("fish is not installed")

    def ask(line: str) -> list[str]:
        command = f"set -x PATH {mlx.binary.parent} $PATH; mlx completion fish | source; complete -C '{line}'"
        return [each.split("\t")[0] for each in run(fish, "--no-config", "-c", command).output.splitlines()]

    assert ask("mlx rem") == ["remove"]
    assert ask("mlx remove --fo") == ["--force"]
    assert ask(f"mlx add -C {project} --registry {registry} gr") == ["greeting"]


def test_an_unknown_shell(mlx: Mlx) -> None:
    done = mlx("completion", "tcsh")
    assert (done.status, done.output) == (2, "")
    assert "bash" in done.errors

"""What the command line answers before it does anything."""

from pathlib import Path

import pytest

from conftest import Mlx


@pytest.mark.parametrize("command", ["create", "add", "remove", "list", "info", "recommend", "test", "status", "check", "explain", "init", "doctor", "completion", "serve", "sandbox"])
def test_help_of_each_command(mlx: Mlx, command: str) -> None:
    done = mlx("help", command)
    assert (done.status, done.errors) == (0, "")
    assert f"mlx {command}" in done.output


def test_help_shows_all_commands(mlx: Mlx) -> None:
    done = mlx("help")
    assert (done.status, done.errors) == (0, "")
    for command in ("create", "add", "remove", "list", "info", "recommend", "test", "status", "check", "explain", "init", "doctor", "completion", "serve", "sandbox"):
        assert f"\n  {command} " in done.output


def test_help_is_also_an_option(mlx: Mlx) -> None:
    assert mlx("add", "--help").output == mlx("help", "add").output


def test_version(mlx: Mlx) -> None:
    done = mlx("--version")
    assert done.status == 0
    assert done.output.startswith("mlx ")


def test_help_of_an_unknown_command(mlx: Mlx) -> None:
    done = mlx("help", "ad")
    assert (done.status, done.output) == (2, "")
    assert "`ad`" in done.errors


def test_unknown_command(mlx: Mlx) -> None:
    done = mlx("ad", "greeting")
    assert (done.status, done.output) == (2, "")
    assert "`ad`" in done.errors
    assert "did you mean `add`?" in done.errors


@pytest.mark.parametrize("arguments", [(), ("ad",), ("add",), ("add", "greeting", "--frob"), ("sandbox",)])
def test_wrong_usage_is_two_and_says_so_on_stderr(mlx: Mlx, arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = mlx(*arguments, directory=tmp_path)
    assert (done.status, done.output) == (2, "")
    assert done.errors
    assert list(tmp_path.iterdir()) == []


def test_lists_what_there_is(mlx: Mlx, project: Path, registry: Path) -> None:
    done = mlx("list", "--registry", registry, "-C", project)
    assert done.status == 0
    assert "greeting" in done.output
    assert "api-serving" in mlx("list", "-C", project).output


@pytest.mark.parametrize("place", ["nowhere", "file"])
def test_a_project_that_is_none(mlx: Mlx, tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    done = mlx("status", "-C", tmp_path / place)
    assert (done.status, done.output) == (2, "")
    assert str(tmp_path / place) in done.errors


def test_a_registry_that_is_none(mlx: Mlx, project: Path, tmp_path: Path) -> None:
    for place in ("nowhere", "client"):
        done = mlx("list", "-C", project, "--registry", tmp_path / place)
        assert (done.status, done.output) == (2, "")
        assert str(tmp_path / place) in done.errors

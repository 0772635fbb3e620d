"""Where the configuration directory is looked for."""

from pathlib import Path

import pytest

from src.config import ConfigError, find_config_dir


@pytest.fixture
def three_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    places = {name: tmp_path / name / "conf" for name in ("explicit", "variable", "current")}
    for directory in places.values():
        directory.mkdir(parents=True)
        (directory / "config.yaml").write_text("app: {}\n", encoding="utf-8")
    monkeypatch.setenv("APP_CONFIG_DIR", str(places["variable"]))
    monkeypatch.chdir(places["current"].parent)
    return places


def test_an_argument_wins_over_the_variable(three_places: dict[str, Path]) -> None:
    assert find_config_dir(three_places["explicit"]) == three_places["explicit"].resolve()


def test_the_variable_wins_over_the_current_directory(three_places: dict[str, Path]) -> None:
    assert find_config_dir() == three_places["variable"].resolve()


def test_the_current_directory_comes_next(
    three_places: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("APP_CONFIG_DIR")
    assert find_config_dir() == three_places["current"].resolve()


def test_directories_above_the_current_one_are_searched(
    three_places: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("APP_CONFIG_DIR")
    nested = three_places["current"].parent / "a" / "b"
    nested.mkdir(parents=True)
    monkeypatch.chdir(nested)
    assert find_config_dir() == three_places["current"].resolve()


def test_a_conf_directory_of_something_else_is_passed_over(
    three_places: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("APP_CONFIG_DIR")
    inner = three_places["current"].parent / "inner"
    (inner / "conf").mkdir(parents=True)
    monkeypatch.chdir(inner)
    assert find_config_dir() == three_places["current"].resolve()


def test_the_project_of_the_package_is_the_last_resort(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert (find_config_dir() / "config.yaml").is_file()


def test_a_relative_argument_gives_an_absolute_path(
    three_places: dict[str, Path],
) -> None:
    assert find_config_dir("conf") == three_places["current"].resolve()


def test_a_named_directory_without_configuration_is_an_error(
    three_places: dict[str, Path], tmp_path: Path
) -> None:
    assert three_places
    with pytest.raises(ConfigError):
        find_config_dir(tmp_path / "nowhere")


def test_an_unusable_variable_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("APP_CONFIG_DIR", str(tmp_path / "nowhere"))
    with pytest.raises(ConfigError) as caught:
        find_config_dir()
    assert caught.value.problems[0].variables == ("APP_CONFIG_DIR",)

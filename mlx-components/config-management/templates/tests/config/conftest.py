"""Configuration tests start from an environment that sets nothing."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

MakeConf = Callable[[dict[str, str]], Path]


@pytest.fixture(autouse=True)
def _no_settings_in_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("APP_", "API_")) or name == "LOG_LEVEL":
            monkeypatch.delenv(name)


@pytest.fixture
def make_conf(tmp_path: Path) -> MakeConf:
    """Writes a configuration directory from names and contents."""

    def make(files: dict[str, str]) -> Path:
        directory = tmp_path / "conf"
        for name, text in files.items():
            file = directory / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return directory

    return make

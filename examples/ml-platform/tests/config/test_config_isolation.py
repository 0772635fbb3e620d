"""Loading leaves no trace in the process, and may happen anywhere in it."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir
from hydra.core.global_hydra import GlobalHydra

from src.config import ConfigError, LoggingSettings, configure_logging, load_settings

MakeConf = Callable[[dict[str, str]], Path]


def test_threads_do_not_see_each_others_overrides() -> None:
    names = [f"service{number}" for number in range(4)]

    def load(name: str) -> str:
        return load_settings([f"app.name={name}"]).app.name

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(load, names)) == names


def test_hydra_is_not_initialised_afterwards() -> None:
    GlobalHydra.instance().clear()
    load_settings()
    assert not GlobalHydra.instance().is_initialized()


def test_hydra_is_not_initialised_after_an_error() -> None:
    GlobalHydra.instance().clear()
    with pytest.raises(ConfigError):
        load_settings(["no.such.key=1"])
    assert not GlobalHydra.instance().is_initialized()
    assert load_settings().environment.name == "development"


def test_an_application_that_uses_hydra_keeps_its_state(make_conf: MakeConf) -> None:
    conf = make_conf({"training.yaml": "epochs: 3\n"})
    with initialize_config_dir(str(conf), version_base="1.2"):
        assert load_settings().environment.name == "development"
        assert compose("training").epochs == 3


def test_logging_is_configured_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)
    configure_logging(LoggingSettings(level="ERROR", format="%(message)s"))
    assert root.level == logging.ERROR
    assert len(root.handlers) == 1

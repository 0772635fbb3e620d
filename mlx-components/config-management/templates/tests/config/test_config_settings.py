"""What is composed, and what wins."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from src.config import LoggingSettings, Section, load_configuration, load_section, load_settings

MakeConf = Callable[[dict[str, str]], Path]

ROOT = """\
defaults:
  - _self_
  - optional store: default
  - environment: ${oc.env:APP_ENV,development}
app: {name: shelf, version: 1.2.3}
logging: {level: "${oc.env:LOG_LEVEL,INFO}"}
"""
ENVIRONMENTS = {
    "environment/development.yaml": "name: development\ndebug: true\n",
    "environment/production.yaml": "name: production\n",
}


class StoreSettings(Section):
    url: str
    size: int = 1
    password: SecretStr = SecretStr("")


def test_the_project_configuration_is_valid_in_each_environment() -> None:
    assert load_settings(environment="development").environment.debug is True
    assert load_settings(environment="production").environment.debug is False


def test_app_env_chooses_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().environment.name == "development"
    monkeypatch.setenv("APP_ENV", "production")
    assert load_settings().environment.name == "production"


def test_the_argument_wins_over_app_env(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_ENV", "production")
    assert load_settings(environment="development").environment.name == "development"


def test_variables_reach_the_project_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_NAME", "scorer")
    monkeypatch.setenv("APP_VERSION", "7.1")
    monkeypatch.setenv("LOG_LEVEL", "warning")
    settings = load_settings()
    assert (settings.app.name, settings.app.version) == ("scorer", "7.1")
    assert settings.logging.level == "WARNING"


def test_overrides_win_over_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "ERROR")
    assert load_settings(["logging.level=DEBUG"]).logging.level == "DEBUG"


def test_a_group_that_no_component_brought_is_left_out(make_conf: MakeConf) -> None:
    conf = make_conf({"config.yaml": ROOT, **ENVIRONMENTS})
    assert load_settings(config_dir=conf).app.name == "shelf"


def test_a_component_reads_its_own_section(make_conf: MakeConf) -> None:
    conf = make_conf(
        {
            "config.yaml": ROOT,
            "store/default.yaml": "url: file:${app.name}\nsize: ${oc.env:APP_STORE_SIZE,5}\n",
            **ENVIRONMENTS,
        }
    )
    store = load_section("store", StoreSettings, config_dir=conf)
    assert (store.url, store.size) == ("file:shelf", 5)
    store = load_section("store", StoreSettings, ["store.size=9"], config_dir=conf)
    assert store.size == 9


def test_an_environment_may_change_any_section(make_conf: MakeConf) -> None:
    conf = make_conf(
        {
            "config.yaml": ROOT,
            "store/default.yaml": "url: file\n",
            **ENVIRONMENTS,
            "environment/production.yaml": (
                "# @package _global_\nenvironment: {name: production}\nstore: {url: remote}\n"
            ),
        }
    )
    production = load_configuration(config_dir=conf, environment="production")
    assert production.section("store", StoreSettings).url == "remote"
    assert load_section("store", StoreSettings, config_dir=conf).url == "file"


def test_only_the_section_that_is_asked_for_needs_its_variables(make_conf: MakeConf) -> None:
    conf = make_conf(
        {
            "config.yaml": ROOT,
            "store/default.yaml": "url: ${oc.env:APP_STORE_URL_NOT_SET}\n",
            **ENVIRONMENTS,
        }
    )
    assert load_settings(config_dir=conf).environment.name == "development"


def test_files_are_read_anew_each_time(make_conf: MakeConf) -> None:
    files = {"config.yaml": ROOT, **ENVIRONMENTS}
    conf = make_conf(files)
    assert load_settings(config_dir=conf).app.name == "shelf"
    make_conf({"config.yaml": ROOT.replace("shelf", "rack")})
    assert load_settings(config_dir=conf).app.name == "rack"


def test_settings_do_not_change(make_conf: MakeConf) -> None:
    settings = load_settings(config_dir=make_conf({"config.yaml": ROOT, **ENVIRONMENTS}))
    with pytest.raises(ValidationError):
        settings.app.name = "other"


def test_a_secret_is_not_shown(make_conf: MakeConf) -> None:
    conf = make_conf(
        {
            "config.yaml": ROOT,
            "store/default.yaml": "url: file\npassword: hunter2\n",
            **ENVIRONMENTS,
        }
    )
    store = load_section("store", StoreSettings, config_dir=conf)
    assert store.password.get_secret_value() == "hunter2"
    assert "hunter2" not in repr(store)


def test_an_unknown_log_level_is_refused() -> None:
    with pytest.raises(ValidationError):
        LoggingSettings.model_validate({"level": "LOUD"})


def test_all_values_can_be_shown_with_where_they_come_from(make_conf: MakeConf) -> None:
    conf = make_conf(
        {
            "config.yaml": ROOT,
            "store/default.yaml": (
                "url: file:${app.name}\nkey: ${oc.env:APP_STORE_KEY_NOT_SET}\n"
                "hosts: [a, {port: 1}]\nnothing: {}\nmissing: ???\n"
            ),
            **ENVIRONMENTS,
        }
    )
    configuration = load_configuration(["app.version=2"], config_dir=conf)
    entries = {entry.key: entry for entry in configuration.entries()}
    assert entries["store.url"].value == "file:shelf"
    assert entries["store.url"].where == "conf/store/default.yaml:1"
    assert entries["store.key"].value == "${oc.env:APP_STORE_KEY_NOT_SET}"
    assert entries["store.key"].variables == ("APP_STORE_KEY_NOT_SET",)
    assert (entries["store.hosts.0"].value, entries["store.hosts.1.port"].value) == ("a", 1)
    assert entries["store.hosts.1.port"].where == "conf/store/default.yaml:3"
    assert entries["store.nothing"].value == {}
    assert entries["store.missing"].value == "???"
    assert entries["app.version"].where == "override app.version"
    assert entries["environment.debug"].value is True

"""A wrong configuration is reported with the key, the file and line, and the variable."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from src.config import ConfigError, ConfigProblem, Section, load_section, load_settings

MakeConf = Callable[[dict[str, str]], Path]

ROOT = """\
defaults:
  - _self_
  - optional store: default
  - environment: ${oc.env:APP_ENV,development}
app: {name: shelf, version: 1.2.3}
logging: {level: INFO}
"""
ENVIRONMENT = {"environment/development.yaml": "name: development\n"}


class Pool(Section):
    size: int = 1


class StoreSettings(Section):
    url: str
    port: int = 1
    token: SecretStr | None = None
    pool: Pool = Pool()


@pytest.fixture
def store_problems(make_conf: MakeConf) -> Callable[..., dict[str, ConfigProblem]]:
    """The problems, by key, of a store section with this text."""

    def load(text: str, *overrides: str) -> dict[str, ConfigProblem]:
        conf = make_conf({"config.yaml": ROOT, "store/default.yaml": text, **ENVIRONMENT})
        with pytest.raises(ConfigError) as caught:
            load_section("store", StoreSettings, overrides, config_dir=conf)
        return {problem.key: problem for problem in caught.value.problems}

    return load


StoreProblems = Callable[..., dict[str, ConfigProblem]]


def test_a_value_from_a_variable(
    store_problems: StoreProblems, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APP_STORE_PORT", "many")
    problem = store_problems("# The store.\nurl: x\nport: ${oc.env:APP_STORE_PORT,1}\n")[
        "store.port"
    ]
    assert problem.where == "conf/store/default.yaml:3"
    assert problem.variables == ("APP_STORE_PORT",)


def test_all_problems_are_reported_at_once(store_problems: StoreProblems) -> None:
    problems = store_problems("port: x\npool:\n  size: y\n")
    assert set(problems) == {"store.url", "store.port", "store.pool.size"}
    assert problems["store.pool.size"].where == "conf/store/default.yaml:3"
    assert problems["store.url"].where is None


def test_an_unknown_key(store_problems: StoreProblems) -> None:
    problems = store_problems("url: x\n\nprot: 1\n")
    assert problems["store.prot"].where == "conf/store/default.yaml:3"


def test_an_override(store_problems: StoreProblems) -> None:
    problems = store_problems("url: x\nport: 1\n", "store.port=x")
    assert problems["store.port"].where == "override store.port"


def test_an_override_of_a_whole_mapping(store_problems: StoreProblems) -> None:
    problems = store_problems("url: x\npool: {size: 1}\n", "store.pool={size: x}")
    assert problems["store.pool.size"].where == "override store.pool"


def test_the_file_that_won_is_named(make_conf: MakeConf) -> None:
    conf = make_conf(
        {
            "config.yaml": ROOT,
            "store/default.yaml": "url: x\nport: 1\n",
            "environment/development.yaml": (
                "# @package _global_\nenvironment: {name: development}\nstore:\n  port: x\n"
            ),
        }
    )
    with pytest.raises(ConfigError) as caught:
        load_section("store", StoreSettings, config_dir=conf)
    assert caught.value.problems[0].where == "conf/environment/development.yaml:4"


def test_a_variable_that_must_be_set(store_problems: StoreProblems) -> None:
    problem = store_problems("url: ${oc.env:APP_STORE_URL}\n")["store.url"]
    assert problem.where == "conf/store/default.yaml:1"
    assert problem.variables == ("APP_STORE_URL",)


def test_a_value_that_must_be_given(store_problems: StoreProblems) -> None:
    problem = store_problems("port: 1\nurl: ???\n")["store.url"]
    assert problem.where == "conf/store/default.yaml:2"


def test_a_section_that_is_not_there(make_conf: MakeConf) -> None:
    conf = make_conf({"config.yaml": ROOT, **ENVIRONMENT})
    with pytest.raises(ConfigError) as caught:
        load_section("store", StoreSettings, config_dir=conf)
    assert [problem.key for problem in caught.value.problems] == ["store"]


def test_a_section_that_is_not_a_mapping(store_problems: StoreProblems) -> None:
    assert set(store_problems("url: x\npool: 3\n")) == {"store.pool"}


def test_an_environment_that_is_not_there(
    make_conf: MakeConf, monkeypatch: pytest.MonkeyPatch
) -> None:
    conf = make_conf({"config.yaml": ROOT, **ENVIRONMENT})
    monkeypatch.setenv("APP_ENV", "staging")
    with pytest.raises(ConfigError) as caught:
        load_settings(config_dir=conf)
    (problem,) = caught.value.problems
    assert (problem.key, problem.where) == ("environment", "conf/config.yaml:4")
    assert problem.variables == ("APP_ENV",)
    assert "development" in problem.message


def test_an_environment_argument_that_is_not_there(make_conf: MakeConf) -> None:
    conf = make_conf({"config.yaml": ROOT, **ENVIRONMENT})
    with pytest.raises(ConfigError) as caught:
        load_settings(config_dir=conf, environment="staging")
    assert caught.value.problems[0].where == "override environment"


def test_text_that_is_not_yaml(make_conf: MakeConf) -> None:
    conf = make_conf({"config.yaml": "app: [\n"})
    with pytest.raises(ConfigError):
        load_settings(config_dir=conf)


@pytest.mark.parametrize("override", ["app.nmae=x", "app.name=a=b==", "environment=null"])
def test_an_override_that_does_not_apply(make_conf: MakeConf, override: str) -> None:
    conf = make_conf({"config.yaml": ROOT, **ENVIRONMENT})
    with pytest.raises(ConfigError):
        load_settings([override], config_dir=conf)


def test_values_are_not_repeated(
    store_problems: StoreProblems, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APP_STORE_TOKEN", "hunter2")
    problems = store_problems("url: x\ntoken: {a: '${oc.env:APP_STORE_TOKEN}'}\nport: hunter2\n")
    assert set(problems) == {"store.token", "store.port"}
    assert "hunter2" not in "".join(str(problem) for problem in problems.values())


def test_a_problem_reads_as_one_line() -> None:
    problem = ConfigProblem("store.port", "must be a number", "conf/store.yaml:4", ("PORT",))
    expected = "store.port: must be a number (conf/store.yaml:4, environment variable PORT)"
    assert str(problem) == expected

"""What is loaded, how often, and what happens when the registry is away."""

import logging
from collections.abc import Callable
from typing import Any

import pytest

from src.models import (
    InMemoryStore,
    Model,
    ModelLoader,
    ModelNotFoundError,
    ModelReference,
    ModelVersion,
    RegistryUnavailableError,
)
from src.utils import RetryPolicy

SCALE = ModelReference("scale")


class WatchedStore:
    """A store that counts, and fails as often as it is told to."""

    def __init__(self, store: InMemoryStore) -> None:
        self.inner = store
        self.asked: list[str] = []
        self.failures = 0

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if self.failures > 0:
            self.failures -= 1
            raise RegistryUnavailableError("away")

    def versions(self, name: str) -> list[ModelVersion]:
        self._ask("versions")
        return self.inner.versions(name)

    def load(self, version: ModelVersion) -> Model:
        self._ask(str(version))
        return self.inner.load(version)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def watched(store: InMemoryStore) -> WatchedStore:
    return WatchedStore(store)


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def make_loader(watched: WatchedStore, clock: Time) -> Callable[..., ModelLoader]:
    def make(**options: Any) -> ModelLoader:
        retry = RetryPolicy(max_attempts=3, base_delay=0.1, retry_on=(RegistryUnavailableError,))
        known = {"default_alias": "champion", "refresh_seconds": 30, "retry": retry}
        return ModelLoader(watched, **{**known, **options}, clock=clock, sleep=clock.sleep)

    return make


def test_a_model_is_loaded_once(
    make_loader: Callable[..., ModelLoader], watched: WatchedStore
) -> None:
    loader = make_loader()
    for _ in range(3):
        loaded = loader.load(SCALE)
    assert (loaded.version.version, loaded.model.predict([{"x": 4}])) == (1, [8])
    assert watched.asked == ["versions", "scale/1"]


def test_a_moved_alias_is_noticed_in_time(
    make_loader: Callable[..., ModelLoader], watched: WatchedStore, clock: Time
) -> None:
    loader = make_loader()
    loader.load(SCALE)
    watched.inner.set_alias("scale", "champion", 2)
    clock.now += 29
    assert loader.load(SCALE).version.version == 1
    clock.now += 1
    assert loader.load(SCALE).version.version == 2


def test_models_make_room(make_loader: Callable[..., ModelLoader], watched: WatchedStore) -> None:
    loader = make_loader(max_models=1)
    for version in (1, 2, 1):
        loader.load(ModelReference("scale", version=version))
    assert [asked for asked in watched.asked if asked != "versions"] == [
        "scale/1",
        "scale/2",
        "scale/1",
    ]


def test_a_short_absence_is_not_noticed(
    make_loader: Callable[..., ModelLoader], watched: WatchedStore
) -> None:
    watched.failures = 2
    assert make_loader().load(SCALE).version.version == 1


def test_what_is_known_is_served_on(
    make_loader: Callable[..., ModelLoader],
    watched: WatchedStore,
    clock: Time,
    caplog: pytest.LogCaptureFixture,
) -> None:
    loader = make_loader()
    loader.load(SCALE)
    clock.now += 60
    watched.failures = 99
    with caplog.at_level(logging.WARNING):
        assert loader.load(SCALE).version.version == 1
    assert "scale/1" in caplog.text


def test_what_was_never_known_is_not(
    make_loader: Callable[..., ModelLoader], watched: WatchedStore
) -> None:
    watched.failures = 99
    with pytest.raises(RegistryUnavailableError):
        make_loader().load(SCALE)
    assert len(watched.asked) == 3


def test_a_model_that_is_not_there_is_not_asked_for_again_and_again(
    make_loader: Callable[..., ModelLoader], watched: WatchedStore
) -> None:
    with pytest.raises(ModelNotFoundError):
        make_loader().load(ModelReference("nothing"))
    assert watched.asked == ["versions"]

"""Which version an alias goes to."""

from typing import Any

import pytest

from src.models import (
    InMemoryStore,
    MetricChange,
    ModelNotFoundError,
    ModelReference,
    Promotion,
    PromotionRefusedError,
    compare,
    promote,
    resolve,
    roll_back,
)


def champion(store: InMemoryStore) -> int:
    return resolve(store, ModelReference("scale", alias="champion")).version


def test_promoting_and_rolling_back(store: InMemoryStore) -> None:
    assert promote(store, "scale", 2, "champion") == Promotion("scale", "champion", 2, 1)
    assert champion(store) == 2
    assert roll_back(store, "scale", "champion") == Promotion("scale", "champion", 1, 2)
    assert champion(store) == 1


def test_a_roll_back_can_be_done_once(store: InMemoryStore) -> None:
    promote(store, "scale", 2, "champion")
    roll_back(store, "scale", "champion")
    with pytest.raises(PromotionRefusedError):
        roll_back(store, "scale", "champion")


def test_promoting_again_changes_nothing(store: InMemoryStore) -> None:
    assert promote(store, "scale", 1, "champion").previous is None
    promote(store, "scale", 2, "champion")
    assert promote(store, "scale", 2, "champion") == Promotion("scale", "champion", 2, 1)
    assert roll_back(store, "scale", "champion").version == 1


def test_a_first_promotion_replaces_nothing(store: InMemoryStore) -> None:
    assert promote(store, "scale", 2, "shadow", metric="auc").previous is None


@pytest.mark.parametrize(
    "asked",
    [
        {"metric": "auc"},
        {"metric": "auc", "minimum_gain": 0.05},
        {"metric": "loss", "lower_is_better": True},
        {"metric": "size"},  # which the champion has not got
    ],
)
def test_a_better_version_is_promoted(store: InMemoryStore, asked: dict[str, Any]) -> None:
    promote(store, "scale", 2, "champion", **asked)
    assert champion(store) == 2


@pytest.mark.parametrize(
    "asked",
    [
        {"metric": "auc", "minimum_gain": 0.2},
        {"metric": "auc", "lower_is_better": True},
        {"metric": "loss"},
        {"metric": "recall"},
    ],
)
def test_another_is_refused(store: InMemoryStore, asked: dict[str, Any]) -> None:
    with pytest.raises(PromotionRefusedError, match=asked["metric"]):
        promote(store, "scale", 2, "champion", **asked)
    assert champion(store) == 1


def test_an_equal_or_unmeasured_version_is_not_better(store: InMemoryStore) -> None:
    store.add("scale", len, metrics={"auc": 0.8, "loss": float("nan")})
    for metric in ("auc", "loss"):
        with pytest.raises(PromotionRefusedError):
            promote(store, "scale", 3, "champion", metric=metric)


def test_a_version_that_is_not_there(store: InMemoryStore) -> None:
    with pytest.raises(ModelNotFoundError):
        promote(store, "scale", 7, "champion")


def test_comparing(store: InMemoryStore) -> None:
    new, old = store.versions("scale")
    changes = compare(store, old, new)
    assert changes[0] == MetricChange("auc", 0.8, 0.9)
    assert [change.metric for change in changes] == ["auc", "loss", "size"]
    assert changes[0].difference == pytest.approx(0.1)
    assert changes[2].difference is None

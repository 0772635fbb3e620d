"""Moves an alias to a better version, and back.

The version that had an alias before is kept under ``previous-ALIAS``, in the store itself: whoever
rolls back need not be who promoted.
"""

from dataclasses import dataclass

from src.models.errors import AliasNotFoundError, PromotionRefusedError
from src.models.model import ModelReference, ModelVersion
from src.models.store import ModelStore, resolve


@dataclass(frozen=True)
class Promotion:
    """``alias`` was moved to ``version``; ``previous`` is the version that had it, if one had."""

    name: str
    alias: str
    version: int
    previous: int | None


@dataclass(frozen=True)
class MetricChange:
    """A metric of two versions; None where one has not got it."""

    metric: str
    before: float | None
    after: float | None

    @property
    def difference(self) -> float | None:
        if self.before is None or self.after is None:
            return None
        return self.after - self.before


def compare(store: ModelStore, before: ModelVersion, after: ModelVersion) -> list[MetricChange]:
    """Every metric of either version, by name."""
    old, new = store.metrics(before), store.metrics(after)
    return [MetricChange(name, old.get(name), new.get(name)) for name in sorted({*old, *new})]


def promote(
    store: ModelStore,
    name: str,
    version: int,
    alias: str,
    *,
    metric: str | None = None,
    lower_is_better: bool = False,
    minimum_gain: float = 0.0,
) -> Promotion:
    """Give ``alias`` to a version. A version that has it already changes nothing.

    With ``metric``, only if it is better by at least ``minimum_gain`` than that of the version
    which has the alias now.

    Raises:
        PromotionRefusedError: it is not better, or lacks the metric.
        ModelNotFoundError: there is no such version.
    """
    candidate = resolve(store, ModelReference(name, version=version))
    current = _holder(store, name, alias)
    if current is not None and current.version == version:
        previous = _holder(store, name, _previous(alias))
        return Promotion(name, alias, version, previous.version if previous else None)
    if metric is not None:
        _check_gain(store, current, candidate, metric, lower_is_better, minimum_gain)
    if current is not None:
        store.set_alias(name, _previous(alias), current.version)
    store.set_alias(name, alias, version)
    return Promotion(name, alias, version, current.version if current else None)


def roll_back(store: ModelStore, name: str, alias: str) -> Promotion:
    """Give ``alias`` back to the version that had it before; that can be done once.

    Raises:
        PromotionRefusedError: it is not known which version that is.
    """
    target = _holder(store, name, _previous(alias))
    if target is None:
        raise PromotionRefusedError(
            f"no version of {name} had the alias {alias} before; promote the one that you want"
        )
    current = _holder(store, name, alias)
    store.set_alias(name, alias, target.version)
    store.delete_alias(name, _previous(alias))
    return Promotion(name, alias, target.version, current.version if current else None)


def _check_gain(
    store: ModelStore,
    current: ModelVersion | None,
    candidate: ModelVersion,
    metric: str,
    lower_is_better: bool,
    minimum_gain: float,
) -> None:
    new = store.metrics(candidate).get(metric)
    if new is None:
        raise PromotionRefusedError(f"{candidate} has no metric {metric}")
    old = store.metrics(current).get(metric) if current else None
    if old is None:
        return
    gain = old - new if lower_is_better else new - old
    if not (gain > 0 and gain >= minimum_gain):
        raise PromotionRefusedError(
            f"{candidate} has {metric} {new:g} where {current} has {old:g}: "
            f"{'not better' if gain <= 0 else f'better by less than {minimum_gain:g}'}"
        )


def _holder(store: ModelStore, name: str, alias: str) -> ModelVersion | None:
    try:
        return resolve(store, ModelReference(name, alias=alias))
    except AliasNotFoundError:
        return None


def _previous(alias: str) -> str:
    return f"previous-{alias}"

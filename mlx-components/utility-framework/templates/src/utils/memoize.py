"""Remembers what a function returned."""

import functools
import inspect
from collections.abc import Callable, Hashable
from typing import Any, ParamSpec, TypeVar, cast

from src.utils.cache import TtlCache
from src.utils.single_flight import AsyncSingleFlight, SingleFlight

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

_ABSENT: Any = object()


def cached(
    cache: TtlCache[Hashable, Any],
    *,
    key: Callable[..., Hashable] | None = None,
) -> Callable[[Callable[Arguments, Result]], Callable[Arguments, Result]]:
    """Keep results of the decorated function, or coroutine function, in ``cache``.

    ``key`` computes the key from the arguments; without it they are the key, and must be hashable.
    Give each function a cache of its own, or keys that differ. Calls with one key at one time are
    one call (single flight). Errors reach every caller of that call and are not kept.
    """

    def decorate(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        key_of = key or _key_of
        if inspect.iscoroutinefunction(function):
            return cast("Callable[Arguments, Result]", _asynchronous(function, cache, key_of))
        return _synchronous(function, cache, key_of)

    return decorate


def _synchronous(
    function: Callable[Arguments, Result],
    cache: TtlCache[Hashable, Any],
    key_of: Callable[..., Hashable],
) -> Callable[Arguments, Result]:
    flights = SingleFlight()

    @functools.wraps(function)
    def call(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        entry = key_of(*args, **kwargs)

        def compute() -> Result:
            # It may have landed between the look into the cache and this flight.
            known: Result = cache.peek(entry, _ABSENT)
            if known is _ABSENT:
                known = function(*args, **kwargs)
                cache.put(entry, known)
            return known

        value: Result = cache.get(entry, _ABSENT)
        return flights.run(entry, compute) if value is _ABSENT else value

    return call


def _asynchronous(
    function: Callable[..., Any],
    cache: TtlCache[Hashable, Any],
    key_of: Callable[..., Hashable],
) -> Callable[..., Any]:
    flights = AsyncSingleFlight()

    @functools.wraps(function)
    async def call(*args: Any, **kwargs: Any) -> Any:
        entry = key_of(*args, **kwargs)

        async def compute() -> Any:
            result = await function(*args, **kwargs)
            cache.put(entry, result)
            return result

        value = cache.get(entry, _ABSENT)
        return await flights.run(entry, compute) if value is _ABSENT else value

    return call


def _key_of(*args: Any, **kwargs: Any) -> Hashable:
    return args, tuple(sorted(kwargs.items()))

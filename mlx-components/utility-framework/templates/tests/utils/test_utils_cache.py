"""What a cache keeps, and what it forgets."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from src.utils import CacheStats, TtlCache

Clock = Any


def test_a_value_is_kept_until_its_time_is_over(clock: Clock) -> None:
    cache: TtlCache[str, int] = TtlCache(8, ttl_seconds=10, clock=clock)
    cache.put("a", 1)
    clock.now += 9.99
    assert cache.get("a", None) == 1
    clock.now += 0.01
    assert cache.get("a", None) is None


def test_being_used_does_not_prolong_it_but_being_put_does(clock: Clock) -> None:
    cache: TtlCache[str, int] = TtlCache(8, ttl_seconds=10, clock=clock)
    cache.put("a", 1)
    clock.now += 6
    cache.get("a", None)
    cache.put("b", 2)
    clock.now += 6
    assert cache.get("a", None) is None
    cache.put("b", 3)
    clock.now += 6
    assert cache.get("b", None) == 3


def test_the_least_recently_used_goes_first() -> None:
    cache: TtlCache[str, int] = TtlCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    cache.get("a", None)
    cache.put("c", 3)
    assert [cache.peek(key, None) for key in "abc"] == [1, None, 3]


def test_a_look_is_not_a_use() -> None:
    cache: TtlCache[str, int] = TtlCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    cache.peek("a", None)
    cache.put("c", 3)
    assert cache.peek("a", None) is None


def test_none_is_a_value() -> None:
    cache: TtlCache[str, None] = TtlCache(1)
    cache.put("a", None)
    assert cache.get("a", "absent") is None
    assert cache.get("b", "absent") == "absent"


def test_forgetting(clock: Clock) -> None:
    cache: TtlCache[str, int] = TtlCache(8, ttl_seconds=10, clock=clock)
    cache.put("a", 1)
    assert cache.delete("a") is True
    assert cache.delete("a") is False
    cache.put("old", 1)
    clock.now += 10
    assert cache.delete("old") is False
    cache.put("b", 2)
    cache.clear()
    assert len(cache) == 0


def test_statistics_count_gets() -> None:
    cache: TtlCache[str, int] = TtlCache(8)
    cache.put("a", 1)
    cache.get("a", None)
    cache.get("b", None)
    cache.peek("c", None)
    assert cache.stats == CacheStats(hits=1, misses=1, entries=1)


def test_threads_do_not_overfill_it() -> None:
    cache: TtlCache[int, int] = TtlCache(10)

    def fill(start: int) -> None:
        for number in range(start, start + 200):
            cache.put(number, number)
            cache.get(number - 1, None)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(fill, range(0, 800, 200)))
    assert len(cache) == 10


@pytest.mark.parametrize(
    "make", [lambda: TtlCache(0), lambda: TtlCache(1, 0), lambda: TtlCache(1, -1)]
)
def test_a_cache_that_could_hold_nothing_is_refused(make: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match="must be"):
        make()

"""A function is called once for what is asked many times."""

import asyncio
import threading
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from src.utils import TtlCache, cached

Cache = TtlCache[Hashable, Any]


@pytest.fixture
def cache() -> Cache:
    return TtlCache(8)


def test_results_are_kept_by_argument(cache: Cache) -> None:
    calls = []

    @cached(cache)
    def double(number: int, *, extra: int = 0) -> int:
        calls.append((number, extra))
        return number * 2 + extra

    assert [double(1), double(1), double(2), double(2, extra=1), double(2, extra=1)] == [
        2,
        2,
        4,
        5,
        5,
    ]
    assert calls == [(1, 0), (2, 0), (2, 1)]
    assert double.__name__ == "double"


def test_a_key_of_ones_own(cache: Cache) -> None:
    @cached(cache, key=lambda words: len(words))
    def first(words: list[str]) -> str:
        return words[0]

    assert first(["a"]) == "a"
    assert first(["b"]) == "a"


def test_errors_are_not_kept(cache: Cache) -> None:
    answers = iter([ValueError("no"), 7])

    @cached(cache)
    def fetch() -> int:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    with pytest.raises(ValueError, match="no"):
        fetch()
    assert fetch() == 7


def test_threads_share_a_call(cache: Cache) -> None:
    entered, release, calls = threading.Event(), threading.Event(), []

    @cached(cache)
    def slow() -> object:
        calls.append(1)
        entered.set()
        assert release.wait(10)
        return object()

    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(slow)
        assert entered.wait(10)
        others = [pool.submit(slow) for _ in range(2)]
        release.set()
        results = {id(first.result()), *(id(other.result()) for other in others)}
    assert (len(results), len(calls)) == (1, 1)


def test_threads_share_an_error(cache: Cache) -> None:
    entered, release = threading.Event(), threading.Event()

    @cached(cache)
    def fails() -> None:
        entered.set()
        assert release.wait(10)
        raise ConnectionError

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(fails)
        assert entered.wait(10)
        second = pool.submit(fails)
        release.set()
        assert isinstance(first.exception(), ConnectionError)
        assert isinstance(second.exception(), ConnectionError)


def test_a_call_that_waits_for_itself_is_an_error(cache: Cache) -> None:
    @cached(cache)
    def endless() -> int:
        return endless()

    with pytest.raises(RuntimeError, match="waits for itself"):
        endless()


def test_coroutines_share_a_call(cache: Cache) -> None:
    calls = []

    @cached(cache)
    async def fetch(number: int) -> int:
        calls.append(number)
        await asyncio.sleep(0)
        return number * 2

    async def many() -> list[int]:
        results = await asyncio.gather(*(fetch(3) for _ in range(5)))
        return [*results, await fetch(3)]

    assert asyncio.run(many()) == [6] * 6
    assert calls == [3]


def test_a_cancelled_coroutine_leaves_the_call_to_the_others(cache: Cache) -> None:
    async def scenario() -> int:
        release = asyncio.Event()

        @cached(cache)
        async def fetch() -> int:
            await release.wait()
            return 5

        first, second = asyncio.create_task(fetch()), asyncio.create_task(fetch())
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.sleep(0)
        release.set()
        assert first.cancelled()
        return await second

    assert asyncio.run(scenario()) == 5


def test_an_error_of_a_coroutine_reaches_all_and_is_not_kept(cache: Cache) -> None:
    calls = []

    @cached(cache)
    async def fetch() -> int:
        calls.append(1)
        if len(calls) == 1:
            raise ConnectionError
        return 1

    async def scenario() -> list[Any]:
        failed = await asyncio.gather(fetch(), fetch(), return_exceptions=True)
        return [*failed, await fetch()]

    first, second, third = asyncio.run(scenario())
    assert isinstance(first, ConnectionError)
    assert isinstance(second, ConnectionError)
    assert third == 1


def test_each_event_loop_has_its_own_calls(cache: Cache) -> None:
    @cached(cache, key=lambda _: "one")
    async def fetch(number: int) -> int:
        return number

    assert asyncio.run(fetch(1)) == 1
    cache.clear()
    assert asyncio.run(fetch(2)) == 2

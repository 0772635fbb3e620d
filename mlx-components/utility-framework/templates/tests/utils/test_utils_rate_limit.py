"""How much is allowed, and when there is room again."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from src.utils import (
    RateLimiter,
    RateLimitExceededError,
    SlidingWindow,
    TokenBucket,
    acquire,
    acquire_async,
)

Clock = Any
Make = Callable[[Clock], RateLimiter]

# Both allow three at once, and three in any second from then on.
LIMITERS = [
    pytest.param(lambda clock: TokenBucket(3, 3, clock=clock), id="bucket"),
    pytest.param(lambda clock: SlidingWindow(3, 1, clock=clock), id="window"),
]


@pytest.mark.parametrize("make", LIMITERS)
def test_so_many_and_no_more(make: Make, clock: Clock) -> None:
    limiter = make(clock)
    decisions = [limiter.try_acquire() for _ in range(4)]
    assert [decision.allowed for decision in decisions] == [True, True, True, False]
    assert [decision.remaining for decision in decisions] == [2, 1, 0, 0]
    assert {decision.limit for decision in decisions} == {3}


@pytest.mark.parametrize("make", LIMITERS)
def test_what_is_refused_is_allowed_when_it_says(make: Make, clock: Clock) -> None:
    limiter = make(clock)
    limiter.try_acquire(cost=2)
    refused = limiter.try_acquire(cost=3)
    assert refused.allowed is False
    clock.now += refused.retry_after * 0.99
    assert limiter.try_acquire(cost=3).allowed is False
    clock.now += refused.retry_after * 0.01
    assert limiter.try_acquire(cost=3).allowed is True


@pytest.mark.parametrize("make", LIMITERS)
def test_all_is_there_again_when_it_says(make: Make, clock: Clock) -> None:
    limiter = make(clock)
    for _ in range(3):
        decision = limiter.try_acquire()
    clock.now += decision.reset_after
    assert limiter.try_acquire(cost=3).allowed is True


@pytest.mark.parametrize("make", LIMITERS)
def test_keys_are_counted_apart(make: Make, clock: Clock) -> None:
    limiter = make(clock)
    assert limiter.try_acquire("a", 3).allowed
    assert not limiter.try_acquire("a").allowed
    assert limiter.try_acquire("b").allowed


@pytest.mark.parametrize("make", LIMITERS)
@pytest.mark.parametrize("cost", [0, -1, 4])
def test_a_cost_that_can_never_be_allowed(make: Make, clock: Clock, cost: int) -> None:
    with pytest.raises(ValueError, match="cost"):
        make(clock).try_acquire(cost=cost)


@pytest.mark.parametrize("make", LIMITERS)
def test_waiting_for_room(make: Make, clock: Clock) -> None:
    limiter = make(clock)
    began = clock.now
    for _ in range(9):
        acquire(limiter, sleep=clock.sleep)
    assert clock.now - began == pytest.approx(2, abs=0.01)


@pytest.mark.parametrize("make", LIMITERS)
def test_waiting_for_room_in_a_coroutine(make: Make, clock: Clock) -> None:
    limiter = make(clock)
    began = clock.now

    async def nine() -> None:
        for _ in range(9):
            await acquire_async(limiter, sleep=clock.sleep_async)

    asyncio.run(nine())
    assert clock.now - began == pytest.approx(2, abs=0.01)


@pytest.mark.parametrize("make", LIMITERS)
def test_no_wait_that_would_be_too_long(make: Make, clock: Clock) -> None:
    limiter = make(clock)
    limiter.try_acquire(cost=3)
    with pytest.raises(RateLimitExceededError) as caught:
        acquire(limiter, cost=3, timeout=0.5, sleep=clock.sleep)
    assert caught.value.decision.retry_after == pytest.approx(1)
    assert clock.slept == []


@pytest.mark.parametrize("make", LIMITERS)
def test_threads_together_get_no_more(make: Make, clock: Clock) -> None:
    limiter = make(clock)
    with ThreadPoolExecutor(4) as pool:
        decisions = list(pool.map(lambda _: limiter.try_acquire(), range(40)))
    assert sum(decision.allowed for decision in decisions) == 3


def test_a_bucket_fills_up_to_its_capacity_and_no_further(clock: Clock) -> None:
    bucket = TokenBucket(1, 2, clock=clock)
    bucket.try_acquire(cost=2)
    clock.now += 100
    assert bucket.try_acquire(cost=2).remaining == 0


def test_a_clock_that_goes_back_takes_nothing_away(clock: Clock) -> None:
    bucket = TokenBucket(1, 2, clock=clock)
    bucket.try_acquire()
    clock.now -= 100
    assert bucket.try_acquire().allowed


def test_a_window_slides(clock: Clock) -> None:
    window = SlidingWindow(2, 10, clock=clock)
    window.try_acquire()
    clock.now += 9
    window.try_acquire()
    clock.now += 1  # the first is out, the second is not
    assert window.try_acquire().allowed
    refused = window.try_acquire()
    assert refused.retry_after == pytest.approx(9)


def test_only_the_last_keys_are_remembered(clock: Clock) -> None:
    bucket = TokenBucket(1, 1, max_keys=2, clock=clock)
    for key in ("a", "b", "c"):
        bucket.try_acquire(key)
    assert not bucket.try_acquire("b").allowed
    assert bucket.try_acquire("a").allowed


@pytest.mark.parametrize(
    "make",
    [
        lambda: TokenBucket(0, 1),
        lambda: TokenBucket(1, 0),
        lambda: TokenBucket(1, 1, max_keys=0),
        lambda: SlidingWindow(0, 1),
        lambda: SlidingWindow(1, 0),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused(make: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match="must be"):
        make()

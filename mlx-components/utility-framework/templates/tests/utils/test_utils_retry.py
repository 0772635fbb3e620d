"""When something is tried again, and after how long."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from src.utils import RetryPolicy, call_with_retry, call_with_retry_async, retrying

Clock = Any


def failing(*errors: Exception) -> Callable[[], str]:
    """Raises these, one a call, then returns."""
    left = list(errors)

    def attempt() -> str:
        if left:
            raise left.pop(0)
        return "done"

    return attempt


def at_once() -> float:
    return 1.0


def test_a_passing_failure_is_overcome(clock: Clock) -> None:
    result = call_with_retry(
        failing(ConnectionError(), ConnectionError()),
        RetryPolicy(max_attempts=3, base_delay=1, max_delay=10),
        clock=clock,
        sleep=clock.sleep,
        jitter=at_once,
    )
    assert result == "done"
    assert clock.slept == [1, 2]


def test_the_last_error_is_raised_with_a_note(clock: Clock) -> None:
    errors = [ConnectionError("first"), ConnectionError("second")]
    with pytest.raises(ConnectionError, match="second") as caught:
        call_with_retry(
            failing(*errors), RetryPolicy(max_attempts=2), clock=clock, sleep=clock.sleep
        )
    assert "2 attempts" in caught.value.__notes__[0]


def test_waits_grow_up_to_a_bound_and_are_jittered() -> None:
    policy = RetryPolicy(max_attempts=9, base_delay=1, max_delay=5)
    assert [policy.delay(attempt, at_once) for attempt in (1, 2, 3, 4, 2000)] == [1, 2, 4, 5, 5]
    assert policy.delay(3, lambda: 0.0) == 0
    assert policy.delay(3, lambda: 0.25) == 1


@pytest.mark.parametrize(
    "retry_on", [(ConnectionError, TimeoutError), lambda error: isinstance(error, ConnectionError)]
)
def test_only_errors_that_may_pass(clock: Clock, retry_on: Any) -> None:
    policy = RetryPolicy(max_attempts=5, retry_on=retry_on)
    with pytest.raises(ValueError, match="wrong") as caught:
        call_with_retry(
            failing(ConnectionError(), ValueError("wrong")), policy, clock=clock, sleep=clock.sleep
        )
    assert len(clock.slept) == 1
    assert caught.value.__notes__


def test_a_first_failure_that_is_final_has_no_note(clock: Clock) -> None:
    policy = RetryPolicy(retry_on=(ConnectionError,))
    with pytest.raises(ValueError, match="wrong") as caught:
        call_with_retry(failing(ValueError("wrong")), policy, clock=clock, sleep=clock.sleep)
    assert not hasattr(caught.value, "__notes__")


def test_no_attempt_begins_after_the_deadline(clock: Clock) -> None:
    policy = RetryPolicy(max_attempts=100, base_delay=1, max_delay=100, deadline=8)
    with pytest.raises(ConnectionError):
        call_with_retry(
            failing(*[ConnectionError() for _ in range(100)]),
            policy,
            clock=clock,
            sleep=clock.sleep,
            jitter=at_once,
        )
    assert clock.slept == [1, 2, 4]  # 8 more would be too late


def test_coroutines(clock: Clock) -> None:
    attempt = failing(ConnectionError())

    async def work() -> str:
        return attempt()

    result = asyncio.run(
        call_with_retry_async(
            work,
            RetryPolicy(base_delay=1),
            clock=clock,
            sleep=clock.sleep_async,
            jitter=at_once,
        )
    )
    assert (result, clock.slept) == ("done", [1])


def test_cancellation_is_not_retried(clock: Clock) -> None:
    calls = []

    async def work() -> None:
        calls.append(1)
        raise asyncio.CancelledError

    async def scenario() -> None:
        await call_with_retry_async(work, RetryPolicy(), sleep=clock.sleep_async)

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(scenario())
    assert len(calls) == 1


def test_decorated_functions() -> None:
    attempt, attempt_async = failing(ConnectionError()), failing(ConnectionError())

    @retrying(RetryPolicy(base_delay=0))
    def work(prefix: str) -> str:
        return prefix + attempt()

    @retrying(RetryPolicy(base_delay=0))
    async def work_async(prefix: str) -> str:
        return prefix + attempt_async()

    assert work("all ") == "all done"
    assert asyncio.run(work_async("all ")) == "all done"
    assert work_async.__name__ == "work_async"


def test_errors_of_a_decorated_coroutine_come_through() -> None:
    @retrying(RetryPolicy(max_attempts=2, base_delay=0))
    async def work() -> None:
        raise ConnectionError("still down")

    with pytest.raises(ConnectionError, match="still down"):
        asyncio.run(work())


@pytest.mark.parametrize("wrong", [{"max_attempts": 0}, {"base_delay": -1}, {"max_delay": -1}])
def test_a_policy_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must"):
        RetryPolicy(**wrong)

"""Tries again, later and later, where trying again can help."""

import asyncio
import functools
import inspect
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar, cast

from src.utils.clock import AsyncSleep, Clock, Sleep

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

RetryOn = tuple[type[Exception], ...] | Callable[[Exception], bool]


@dataclass(frozen=True)
class RetryPolicy:
    """How often, how long, and after which errors. Times are in seconds.

    The wait before attempt n + 1 is random between 0 and ``base_delay * 2**(n - 1)``, at most
    ``max_delay``: full jitter keeps callers that failed together from coming back together.
    ``deadline`` bounds the whole call: an attempt that would begin after it is not made.
    """

    max_attempts: int = 3
    base_delay: float = 0.1
    max_delay: float = 5.0
    deadline: float | None = None
    retry_on: RetryOn = (Exception,)

    def __post_init__(self) -> None:
        if self.max_attempts < 1:
            raise ValueError("max_attempts must be at least 1")
        if self.base_delay < 0 or self.max_delay < 0:
            raise ValueError("delays must not be negative")

    def should_retry(self, error: Exception) -> bool:
        if isinstance(self.retry_on, tuple):
            return isinstance(error, self.retry_on)
        return self.retry_on(error)

    def delay(self, attempt: int, jitter: Callable[[], float]) -> float:
        """The wait after ``attempt`` (from 1) failed; ``jitter`` is between 0 and 1."""
        exponent = min(attempt - 1, 60)  # beyond that a float has no room, and no user patience
        return float(jitter() * min(self.max_delay, self.base_delay * 2**exponent))


class _Attempts:
    """Decides, after each failure, how long to wait; both kinds of callers share it."""

    def __init__(self, policy: RetryPolicy, clock: Clock, jitter: Callable[[], float]) -> None:
        self._policy = policy
        self._clock = clock
        self._jitter = jitter
        self._began = clock()
        self._failures = 0

    def delay_after(self, error: Exception) -> float | None:
        """None: give up, and let ``error`` go on."""
        self._failures += 1
        elapsed = self._clock() - self._began
        if self._policy.should_retry(error) and self._failures < self._policy.max_attempts:
            delay = self._policy.delay(self._failures, self._jitter)
            deadline = self._policy.deadline
            if deadline is None or elapsed + delay <= deadline:
                return delay
        if self._failures > 1:
            error.add_note(f"given up after {self._failures} attempts in {elapsed:.3g} s")
        return None


def call_with_retry(
    function: Callable[[], Result],
    policy: RetryPolicy,
    *,
    clock: Clock = time.monotonic,
    sleep: Sleep = time.sleep,
    jitter: Callable[[], float] = random.random,
) -> Result:
    """What ``function`` returns, after as many attempts as ``policy`` allows.

    The last error is raised as it was, with a note that says how many attempts there were.
    """
    attempts = _Attempts(policy, clock, jitter)
    while True:
        try:
            return function()
        except Exception as error:
            delay = attempts.delay_after(error)
            if delay is None:
                raise
        sleep(delay)


async def call_with_retry_async(
    function: Callable[[], Awaitable[Result]],
    policy: RetryPolicy,
    *,
    clock: Clock = time.monotonic,
    sleep: AsyncSleep = asyncio.sleep,
    jitter: Callable[[], float] = random.random,
) -> Result:
    """:func:`call_with_retry` for coroutines. Cancellation is never retried."""
    attempts = _Attempts(policy, clock, jitter)
    while True:
        try:
            return await function()
        except Exception as error:
            delay = attempts.delay_after(error)
            if delay is None:
                raise
        await sleep(delay)


def retrying(
    policy: RetryPolicy,
) -> Callable[[Callable[Arguments, Result]], Callable[Arguments, Result]]:
    """Decorates a function, or a coroutine function, with ``policy``."""

    def decorate(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def call_async(*args: Any, **kwargs: Any) -> Any:
                return await call_with_retry_async(lambda: function(*args, **kwargs), policy)

            return cast("Callable[Arguments, Result]", call_async)

        @functools.wraps(function)
        def call(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
            return call_with_retry(lambda: function(*args, **kwargs), policy)

        return call

    return decorate

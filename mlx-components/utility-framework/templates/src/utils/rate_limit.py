"""Rate limits: a token bucket, and a sliding window. Each counts separately for every key."""

import asyncio
import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from src.utils.clock import AsyncSleep, Clock, Sleep

State = TypeVar("State")


@dataclass(frozen=True)
class Decision:
    """What a limiter says. Times are in seconds from now.

    ``remaining`` is what may still be taken at once, ``retry_after`` when what was refused would be
    allowed (0 if it was allowed), ``reset_after`` when nothing will be used up any more.
    """

    allowed: bool
    limit: int
    remaining: int
    retry_after: float
    reset_after: float


class RateLimiter(Protocol):
    """Something that counts."""

    def try_acquire(self, key: str = "", cost: int = 1) -> Decision:
        """Take ``cost`` from what ``key`` has left, or nothing if that is not enough."""
        ...


class RateLimitExceededError(Exception):
    """There was no room in time."""

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        super().__init__(
            f"more than {decision.limit} at a time; there is room in {decision.retry_after:.3g} s"
        )


class _States(Generic[State]):
    # Bounded: keys come from callers. The one that was quiet for longest is forgotten, which
    # gives it a full allowance again.
    def __init__(self, max_keys: int, new: Callable[[], State]) -> None:
        if max_keys < 1:
            raise ValueError("max_keys must be at least 1")
        self._max_keys = max_keys
        self._new = new
        self._states: OrderedDict[str, State] = OrderedDict()

    def of(self, key: str) -> State:
        state = self._states.get(key)
        if state is None:
            state = self._states[key] = self._new()
            if len(self._states) > self._max_keys:
                self._states.popitem(last=False)
        self._states.move_to_end(key)
        return state


@dataclass
class _Bucket:
    tokens: float
    filled_at: float


class TokenBucket:
    """``capacity`` at once, and ``rate`` a second on average. Allows bursts, then an even flow.

    Holds two numbers for each of the ``max_keys`` keys that were seen last. Thread-safe.
    """

    def __init__(
        self,
        rate: float,
        capacity: int,
        *,
        max_keys: int = 10_000,
        clock: Clock = time.monotonic,
    ) -> None:
        if rate <= 0 or capacity < 1:
            raise ValueError("rate must be more than 0, capacity at least 1")
        self._rate = rate
        self._capacity = capacity
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets = _States(max_keys, lambda: _Bucket(float(capacity), clock()))

    def try_acquire(self, key: str = "", cost: int = 1) -> Decision:
        _check_cost(cost, self._capacity)
        with self._lock:
            bucket = self._buckets.of(key)
            now = self._clock()
            filled = bucket.tokens + max(0.0, now - bucket.filled_at) * self._rate
            bucket.tokens = min(float(self._capacity), filled)
            bucket.filled_at = now
            # Waiting for exactly `retry_after` is enough, whatever was lost in rounding.
            allowed = bucket.tokens >= cost - 1e-9
            if allowed:
                bucket.tokens = max(0.0, bucket.tokens - cost)
            return Decision(
                allowed=allowed,
                limit=self._capacity,
                remaining=math.floor(bucket.tokens + 1e-9),
                retry_after=0.0 if allowed else (cost - bucket.tokens) / self._rate,
                reset_after=(self._capacity - bucket.tokens) / self._rate,
            )


class SlidingWindow:
    """At most ``limit`` in any ``window_seconds``, exactly.

    Holds up to ``limit`` times for each of the ``max_keys`` keys that were seen last; for large
    limits take a :class:`TokenBucket`. Thread-safe.
    """

    def __init__(
        self,
        limit: int,
        window_seconds: float,
        *,
        max_keys: int = 10_000,
        clock: Clock = time.monotonic,
    ) -> None:
        if limit < 1 or window_seconds <= 0:
            raise ValueError("limit must be at least 1, window_seconds more than 0")
        self._limit = limit
        self._window_seconds = window_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._windows: _States[deque[float]] = _States(max_keys, deque)

    def try_acquire(self, key: str = "", cost: int = 1) -> Decision:
        _check_cost(cost, self._limit)
        with self._lock:
            now = self._clock()
            times = self._windows.of(key)
            while times and times[0] + self._window_seconds <= now:
                times.popleft()
            allowed = len(times) + cost <= self._limit
            retry_after = 0.0
            if allowed:
                times.extend([now] * cost)
            else:
                last_in_the_way = times[len(times) + cost - self._limit - 1]
                retry_after = last_in_the_way + self._window_seconds - now
            return Decision(
                allowed=allowed,
                limit=self._limit,
                remaining=self._limit - len(times),
                retry_after=retry_after,
                reset_after=times[-1] + self._window_seconds - now if times else 0.0,
            )


def acquire(
    limiter: RateLimiter,
    key: str = "",
    cost: int = 1,
    *,
    timeout: float | None = None,
    sleep: Sleep = time.sleep,
) -> Decision:
    """Wait until ``limiter`` allows it, for at most ``timeout`` seconds in all (None: for ever).

    Raises:
        RateLimitExceededError: it would take longer; raised at once, not when the time is over.
    """
    waited = 0.0
    while not (decision := limiter.try_acquire(key, cost)).allowed:
        waited = _wait_allowed(decision, waited, timeout)
        sleep(decision.retry_after)
    return decision


async def acquire_async(
    limiter: RateLimiter,
    key: str = "",
    cost: int = 1,
    *,
    timeout: float | None = None,  # noqa: ASYNC109 - refuses beforehand, cancels nothing
    sleep: AsyncSleep = asyncio.sleep,
) -> Decision:
    """:func:`acquire` for coroutines."""
    waited = 0.0
    while not (decision := limiter.try_acquire(key, cost)).allowed:
        waited = _wait_allowed(decision, waited, timeout)
        await sleep(decision.retry_after)
    return decision


def _wait_allowed(decision: Decision, waited: float, timeout: float | None) -> float:
    waited += decision.retry_after
    if timeout is not None and waited > timeout:
        raise RateLimitExceededError(decision)
    return waited


def _check_cost(cost: int, limit: int) -> None:
    if not 1 <= cost <= limit:
        raise ValueError(f"cost must be between 1 and {limit}, or it could never be allowed")

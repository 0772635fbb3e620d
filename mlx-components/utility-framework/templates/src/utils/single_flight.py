"""Lets many callers share one computation that is under way."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

Result = TypeVar("Result")


@dataclass
class _Flight:
    leader: int = field(default_factory=threading.get_ident)
    future: "Future[Any]" = field(default_factory=Future)


class SingleFlight:
    """For threads: the first caller of a key computes, the others wait and get what it got."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._flights: dict[Hashable, _Flight] = {}

    def run(self, key: Hashable, compute: Callable[[], Result]) -> Result:
        """The result of ``compute``, or of the one under way for ``key``; errors are shared too.

        Raises:
            RuntimeError: the computation of ``key`` asked for ``key`` itself.
        """
        with self._lock:
            flight = self._flights.get(key)
            leads = flight is None
            if flight is None:
                flight = self._flights[key] = _Flight()
        if not leads:
            if flight.leader == threading.get_ident() and not flight.future.done():
                raise RuntimeError(f"the computation of {key!r} waits for itself")
            waited_for: Result = flight.future.result()
            return waited_for
        try:
            result = compute()
        except BaseException as error:
            self._land(key)
            flight.future.set_exception(error)
            raise
        self._land(key)
        flight.future.set_result(result)
        return result

    def _land(self, key: Hashable) -> None:
        with self._lock:
            del self._flights[key]


class AsyncSingleFlight:
    """The same for coroutines. Each event loop has flights of its own.

    The computation is a task: a caller that is cancelled leaves it to the others.
    """

    def __init__(self) -> None:
        self._flights: dict[tuple[int, Hashable], asyncio.Task[Any]] = {}

    async def run(self, key: Hashable, compute: Callable[[], Awaitable[Result]]) -> Result:
        flight = (id(asyncio.get_running_loop()), key)
        task = self._flights.get(flight)
        if task is None:
            task = asyncio.ensure_future(_awaited(compute))
            self._flights[flight] = task
            task.add_done_callback(lambda done: self._land(flight, done))
        result: Result = await asyncio.shield(task)
        return result

    def _land(self, flight: tuple[int, Hashable], task: "asyncio.Task[Any]") -> None:
        self._flights.pop(flight, None)
        if not task.cancelled():
            task.exception()  # seen, also when every caller has gone


async def _awaited(compute: Callable[[], Awaitable[Result]]) -> Result:
    return await compute()

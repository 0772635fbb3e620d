"""How time comes in. The defaults are the real ones; tests pass their own."""

from collections.abc import Awaitable, Callable

Clock = Callable[[], float]
"""Seconds that only go forward, such as ``time.monotonic``."""

Sleep = Callable[[float], None]
"""Waits for so many seconds, such as ``time.sleep``."""

AsyncSleep = Callable[[float], Awaitable[None]]
"""The same for coroutines, such as ``asyncio.sleep``."""

"""A cache that forgets: what is old, and what has not been used for longest."""

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from src.utils.clock import Clock

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
Default = TypeVar("Default")


@dataclass(frozen=True)
class CacheStats:
    """What :meth:`TtlCache.get` has seen since the cache was made."""

    hits: int
    misses: int
    entries: int


class TtlCache(Generic[Key, Value]):
    """At most ``max_entries`` values, each for at most ``ttl_seconds`` (None: until it is evicted).

    When it is full, the entry that was used least recently goes. Safe to use from several threads;
    ``None`` is a value like any other.
    """

    def __init__(
        self,
        max_entries: int,
        ttl_seconds: float | None = None,
        *,
        clock: Clock = time.monotonic,
    ) -> None:
        if max_entries < 1:
            raise ValueError("max_entries must be at least 1")
        if ttl_seconds is not None and ttl_seconds <= 0:
            raise ValueError("ttl_seconds must be more than 0, or None")
        self._max_entries = max_entries
        self._ttl_seconds = ttl_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: OrderedDict[Key, tuple[float, Value]] = OrderedDict()
        self._hits = 0
        self._misses = 0

    def get(self, key: Key, default: Default) -> Value | Default:
        """The value of ``key``, which counts as a use of it; else ``default``."""
        with self._lock:
            found = self._fresh(key)
            if found is None:
                self._misses += 1
                return default
            self._hits += 1
            self._entries.move_to_end(key)
            return found[1]

    def peek(self, key: Key, default: Default) -> Value | Default:
        """Like :meth:`get`, but neither a use nor counted."""
        with self._lock:
            found = self._fresh(key)
            return default if found is None else found[1]

    def put(self, key: Key, value: Value) -> None:
        """Keep ``value``; its time begins anew."""
        with self._lock:
            self._entries[key] = (self._clock(), value)
            self._entries.move_to_end(key)
            while len(self._entries) > self._max_entries:
                self._entries.popitem(last=False)

    def delete(self, key: Key) -> bool:
        """Forget ``key``; whether there was something to forget."""
        with self._lock:
            found = self._fresh(key)
            self._entries.pop(key, None)
            return found is not None

    def clear(self) -> None:
        """Forget everything but the statistics."""
        with self._lock:
            self._entries.clear()

    @property
    def stats(self) -> CacheStats:
        with self._lock:
            return CacheStats(self._hits, self._misses, len(self._entries))

    def __len__(self) -> int:
        """How many entries are held, also those that are too old and not yet dropped."""
        with self._lock:
            return len(self._entries)

    def _fresh(self, key: Key) -> tuple[float, Value] | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        if self._ttl_seconds is not None and self._clock() - entry[0] >= self._ttl_seconds:
            del self._entries[key]
            return None
        return entry

"""Readiness: what must hold before this instance takes traffic."""

import asyncio
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from hydra.errors import InstantiationException
from hydra.utils import instantiate

from src.config import ConfigError, ConfigProblem


@dataclass(frozen=True)
class CheckResult:
    """What a check saw. ``detail`` is shown to callers: no secrets, no internals."""

    ok: bool
    detail: str


@runtime_checkable
class ReadinessCheck(Protocol):
    """Something that must hold. May be asked often, and by several requests at a time."""

    async def check(self) -> CheckResult:
        """Whether it holds now. An exception counts as a failure."""
        ...


class DiskSpaceCheck:
    """Holds while the file system of ``path`` has ``minimum_free_mb`` megabytes (2**20) free."""

    def __init__(self, path: str = ".", minimum_free_mb: float | str = 64) -> None:
        self._path = Path(path)
        self._minimum_free_mb = float(minimum_free_mb)

    async def check(self) -> CheckResult:
        usage = await asyncio.to_thread(shutil.disk_usage, self._path)
        free_mb = usage.free / 2**20
        detail = f"{free_mb:.0f} MB free, {self._minimum_free_mb:.0f} MB needed"
        return CheckResult(free_mb >= self._minimum_free_mb, detail)


class Readiness:
    """The checks of one application. A check that takes longer than the timeout fails."""

    def __init__(self, timeout_seconds: float = 2) -> None:
        self._timeout_seconds = timeout_seconds
        self._checks: dict[str, ReadinessCheck] = {}

    def add(self, name: str, check: ReadinessCheck) -> None:
        """Add a check, in place of the one that had this name."""
        self._checks[name] = check

    async def run(self) -> dict[str, CheckResult]:
        """Ask all checks at once; results by name, in the order in which they were added."""
        results = await asyncio.gather(*(self._ask(check) for check in self._checks.values()))
        return dict(zip(self._checks, results, strict=True))

    async def _ask(self, check: ReadinessCheck) -> CheckResult:
        try:
            async with asyncio.timeout(self._timeout_seconds) as limit:
                return await check.check()
        except Exception as error:
            if limit.expired():
                return CheckResult(False, f"no answer within {self._timeout_seconds:g} s")
            return CheckResult(False, f"failed with {type(error).__name__}")


def build_readiness(
    descriptions: Mapping[str, Mapping[str, Any]], timeout_seconds: float
) -> Readiness:
    """Build the checks that the configuration lists, each from its ``_target_``.

    Raises:
        ConfigError: a description cannot be built, or what it builds is not a check.
    """
    readiness = Readiness(timeout_seconds)
    for name, description in descriptions.items():
        key = f"api.checks.{name}"
        try:
            check = instantiate(dict(description))
        except InstantiationException as error:
            raise ConfigError([ConfigProblem(key, str(error))]) from error
        if not isinstance(check, ReadinessCheck):
            message = "`_target_` must name a class with `async def check(self) -> CheckResult`"
            raise ConfigError([ConfigProblem(key, message)])
        readiness.add(name, check)
    return readiness

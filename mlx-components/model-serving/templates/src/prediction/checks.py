"""Readiness: the models that this instance is for can be served."""

import asyncio
from collections.abc import Sequence

from src.api.checks import CheckResult
from src.models import ModelReference
from src.prediction.service import PredictionService


class ModelsCheck:
    """Holds when all ``references`` are loaded, which it does where they are not."""

    def __init__(self, service: PredictionService, references: Sequence[ModelReference]) -> None:
        self._service = service
        self._references = tuple(references)

    async def check(self) -> CheckResult:
        for reference in self._references:
            try:
                await asyncio.to_thread(self._service.prepare, reference)
            except Exception as error:
                return CheckResult(False, f"{reference}: {type(error).__name__}")
        return CheckResult(True, f"{len(self._references)} loaded")

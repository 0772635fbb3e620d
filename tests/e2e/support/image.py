"""The container image, as tools/image builds it and tools/image-run runs it."""

import json
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from support.commands import Finished, run

REPOSITORY = Path(__file__).parents[3]
RUN = REPOSITORY / "tools/image-run"
IMPOSSIBLE = 3  # tools/image on a machine that does not let it


def built_image(name: str = "mlx") -> "Image":
    """Builds it where it is not current; skips where it cannot be built at all."""
    done = subprocess.run([REPOSITORY / "tools/image"], capture_output=True, text=True, check=False)
    if done.returncode == IMPOSSIBLE:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
    return Image(name)


@dataclass(frozen=True)
class Image:
    name: str = "mlx"

    @cached_property
    def description(self) -> dict[str, Any]:
        images = json.loads((REPOSITORY / "build/image/image.json").read_text(encoding="utf-8"))["images"]
        return dict(images[self.name])

    @property
    def config(self) -> dict[str, Any]:
        return dict(self.description["config"])

    @property
    def root(self) -> Path:
        return Path(self.description["root"])

    @staticmethod
    def options(variables: dict[str, str]) -> list[str]:
        return [f"--env={name}={value}" for name, value in variables.items()]

    def run(self, *arguments: str, options: list[str] | None = None, variables: dict[str, str] | None = None) -> Finished:
        return run(RUN, f"--image={self.name}", *(options or []), *self.options(variables or {}), *arguments)

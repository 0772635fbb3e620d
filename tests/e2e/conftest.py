import os
from pathlib import Path

import pytest

from support.commands import Finished, run
from support.image import Image, built_image
from support.registries import greeting, write_registry
from support.steps import NETWORK, ImageStep, ProgramStep, Step
from support.trees import write_files

REPOSITORY = Path(__file__).parents[2]


class Mlx:
    """The program under test."""

    def __init__(self, binary: Path):
        self.binary = binary

    def __call__(self, *arguments: str | Path, directory: Path | None = None, **settings: str) -> Finished:
        return run(self.binary, *arguments, directory=directory, settings=settings)


@pytest.fixture(scope="session")
def mlx() -> Mlx:
    binary = os.environ.get("MLX_BINARY")
    if not binary:
        pytest.fail("set MLX_BINARY to the mlx program that is to be tested")
    return Mlx(Path(binary).resolve())


@pytest.fixture(scope="session")
def image() -> Image:
    return built_image()


@pytest.fixture(scope="session")
def step(mlx: Mlx, request: pytest.FixtureRequest) -> Step:
    """How jobs start the action: MLX_STEP=image makes them run the image, image-with-tools the one with uv and Node.js."""
    if os.environ.get("MLX_STEP") == "image":
        return ImageStep(request.getfixturevalue("image"), REPOSITORY / "action/action.yml")
    if os.environ.get("MLX_STEP") == "image-with-tools":
        return ImageStep(built_image("mlx-with-tools"), REPOSITORY / "action/action.yml", NETWORK)
    return ProgramStep(mlx.binary)


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


PYPROJECT = """\
[project]
name = "client"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = []
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a pyproject.toml and one module."""
    directory = tmp_path / "client"
    write_files(directory, {"pyproject.toml": PYPROJECT, "src/own.py": "OWN = 1\n"})
    return directory


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    """A registry with the component `greeting`."""
    return write_registry(tmp_path / "registry", greeting())

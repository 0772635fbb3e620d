"""Small registries, with digests that are right unless a test wants them wrong."""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.trees import write_files

Json = dict[str, Any]


@dataclass
class Component:
    name: str
    files: dict[str, str] = field(default_factory=dict)  # text by target; `greeting` has one of each kind
    version: str = "1.0.0"
    components: dict[str, str] = field(default_factory=dict)
    distributions: list[str] = field(default_factory=list)
    groups: dict[str, list[str]] = field(default_factory=dict)
    environment: list[Json] = field(default_factory=list)
    python: str = ">=3.11"

    def description(self) -> Json:
        """component.json"""
        return {
            "name": self.name,
            "version": self.version,
            "title": self.name.title(),
            "description": f"What {self.name} does.",
            "type": "utility",
            "categories": [],
            "importRoot": "src",
            "files": [
                {
                    "path": self.template(index),
                    "target": target,
                    "kind": "test" if target.startswith("tests/") else "source",
                    "merge": "merge",
                    "mode": "100644",
                    "sha256": _sha256(text),
                }
                for index, (target, text) in enumerate(self.files.items())
            ],
            "requires": {
                "python": self.python,
                "distributions": self.distributions,
                "groups": self.groups,
                "components": self.components,
                "services": [],
                "environment": self.environment,
            },
            "provides": {"modules": [], "symbols": [], "routes": [], "entryPoints": []},
            "compatibility": {"enhances": [], "conflicts": [], "optional": []},
            "injectionPoints": [],
            "provenance": {"repository": "tests", "revision": "", "extractor": "hand"},
        }

    def template(self, index: int) -> str:
        """Targets may be ones that no file can have, so templates have names of their own."""
        return f"templates/{index}.txt"


def greeting() -> Component:
    return Component(
        "greeting",
        files={
            "src/greeting.py": 'import os\n\nGREETING = os.environ.get("GREETING", "hello")\n',
            "tests/test_greeting.py": "from src.greeting import GREETING\n\n\n"
            "def test_greeting() -> None:\n    assert GREETING\n",
        },
        distributions=["httpx>=0.27,<1"],
        groups={"dev": ["pytest>=8"]},
        environment=[
            {"name": "GREETING", "required": False, "default": "hello", "secret": False, "description": "What is said."}
        ],
    )


def index_of(components: list[Component]) -> Json:
    """registry.json"""
    return {
        "$schema": "https://ui.shadcn.com/schema/registry.json",
        "name": "tests",
        "homepage": "https://example.com",
        "items": [
            {
                "name": component.name,
                "type": "registry:item",
                "title": component.name.title(),
                "description": f"What {component.name} does.",
                "registryDependencies": sorted(component.components),
                "categories": [],
                "files": [],
                "meta": {
                    "mlx": {
                        "version": component.version,
                        "type": "utility",
                        "component": f"{component.name}/component.json",
                        "sha256": _sha256(json.dumps(component.description())),
                    }
                },
            }
            for component in components
        ],
    }


def write_registry(directory: Path, *components: Component) -> Path:
    write_files(directory, {"registry.json": json.dumps(index_of(list(components)), indent=2)})
    for component in components:
        templates = {component.template(index): text for index, text in enumerate(component.files.values())}
        write_files(directory / component.name, {"component.json": json.dumps(component.description()), **templates})
    return directory


def write_description(registry: Path, name: str, description: Json) -> None:
    """Replaces a component.json, and its digest with it."""
    text = json.dumps(description)
    write_files(registry, {f"{name}/component.json": text})
    index = json.loads((registry / "registry.json").read_text(encoding="utf-8"))
    for item in index["items"]:
        if item["name"] == name:
            item["meta"]["mlx"]["sha256"] = _sha256(text)
    write_files(registry, {"registry.json": json.dumps(index)})


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

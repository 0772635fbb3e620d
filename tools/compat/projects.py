"""Projects to put components into: many layouts, and what in real projects is in a component's way, or only looks like it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

Component = dict[str, Any]


@dataclass
class Project:
    """A project as files, with what is known of it by construction."""

    name: str
    package: str  # what its own imports begin with
    source: str  # where a component's `src/` goes
    path: str  # what has to be on the import path
    files: dict[str, str] = field(default_factory=dict)
    dependencies: list[str] = field(default_factory=list)
    python: str = ">=3.11"
    pytest: dict[str, str] = field(default_factory=dict)
    traits: list[str] = field(default_factory=list)
    installed: list[str] = field(default_factory=list)  # components that it has already
    after: dict[str, str | None] = field(default_factory=dict)  # edits after those came; None removes
    router: str = ""  # `module` whose `router` its application would include
    probes: list[list[str]] = field(default_factory=list)  # method, path that the router has to answer
    is_older: bool = False  # its code runs with the versions of its own lock file alone
    has_pyproject: bool = True

    def text_files(self) -> dict[str, str]:
        """All files, with the manifests written."""
        files = dict(self.files)
        options = {"testpaths": '["tests"]', **self.pytest}
        if self.has_pyproject:
            lines = ["[project]", f'name = "{self.name}"', 'version = "1.0.0"']
            lines += [f'requires-python = "{self.python}"'] if self.python else []
            lines += ["dependencies = ["] + [f'    "{one}",' for one in self.dependencies] + ["]", ""]
            lines += ["[dependency-groups]", 'dev = ["pytest>=8"]', ""]
            lines += ["[tool.pytest.ini_options]"] + [f"{key} = {value}" for key, value in options.items()]
            files["pyproject.toml"] = "\n".join(lines) + "\n"
        else:
            files["requirements.txt"] = "".join(f"{one}\n" for one in self.dependencies)
            files["pytest.ini"] = "[pytest]\npythonpath = .\n"
        return files


def target(project: Project, path: str) -> str:
    """Where a component's file goes: `src/api/app.py` -> `shop/api/app.py`."""
    return project.source + path.removeprefix("src") if path.startswith("src/") else path


# --- what a project is to begin with ---

OWN = 'def total(prices: list[float]) -> float:\n    return sum(prices)\n'
OWN_TEST = 'from {package}.pricing import total\n\n\ndef test_total() -> None:\n    assert total([1, 2]) == 3\n'


def _start(rng: Random, number: int) -> Project:
    package = rng.choice(["shop", "churn", "fraud_score", "ranker", "billing", "forecast"])
    layout = rng.choice(["flat", "src-package", "src-root", "requirements", "flat", "src-package"])
    source = {"src-package": f"src/{package}", "src-root": "src"}.get(layout, package)
    project = Project(f"{package.replace('_', '-')}-{number}", package, source, "src" if layout == "src-package" else ".")
    project.has_pyproject = layout != "requirements"
    if layout == "src-root":
        project.package = "src"
    if layout == "src-package":
        project.pytest["pythonpath"] = '["src"]'
    elif rng.random() < 0.5:
        project.pytest["pythonpath"] = '["."]'
    else:
        project.files["tests/__init__.py"] = ""
    if layout in {"flat", "requirements", "src-package"} or rng.random() < 0.5:
        project.files[f"{source}/__init__.py"] = ""
    project.files[f"{source}/pricing.py"] = OWN
    project.files["tests/test_pricing.py"] = OWN_TEST.format(package=project.package)
    if project.has_pyproject:
        project.python = rng.choice([">=3.11", ">=3.11", ">=3.12", ">=3.11,<3.14", ""])
    project.traits.append(layout)
    return project


# --- traits: each adds to a project, and says what it is ---

Trait = Callable[[Project, Random, Component], str]


def _imports(project: Project, module: str) -> str:
    return f"{project.package}.{module}"


def fastapi_application(project: Project, rng: Random, _: Component) -> str:
    project.dependencies.append(rng.choice(["fastapi", "fastapi>=0.100", "fastapi>=0.115,<1"]))
    path = rng.choice(["/health", "/orders", "/models/{id}", "/info"])
    project.files[f"{project.source}/web.py"] = (
        f'from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get("{path}")\ndef own(id: str = "") -> str:\n    return "own"\n'
    )
    project.files["tests/test_web.py"] = (
        f"from fastapi.testclient import TestClient\n\nfrom {_imports(project, 'web')} import app\n\n\n"
        f'def test_own() -> None:\n    assert TestClient(app).get("{path.replace("{id}", "a")}").json() == "own"\n'
    )
    return "own-application"


def _router(project: Project, path: str, method: str) -> None:
    project.dependencies.append("fastapi>=0.115")
    project.files[f"{project.source}/status.py"] = (
        "from fastapi import APIRouter\n\nrouter = APIRouter()\n\n\n"
        f'@router.{method}("{path}")\ndef own({"id: str" if "{id}" in path else ""}) -> str:\n    return "own"\n'
    )
    project.router = _imports(project, "status")
    project.probes = [[method.upper(), path.replace("{id}", "a")]]


def router_in_the_way(project: Project, rng: Random, component: Component) -> str:
    own = component["provides"].get("routes", [])
    paths = [(route["path"].replace("{name}", "{id}"), route["method"].lower()) for route in own]
    _router(project, *rng.choice(paths or [("/health", "get"), ("/info", "get"), ("/models/{id}", "get")]))
    return "route"


def router_beside(project: Project, rng: Random, _: Component) -> str:
    _router(project, *rng.choice([("/orders", "get"), ("/health", "post"), ("/models/{id}/orders", "get"), ("/info/own", "get")]))
    return "other-route"


def file_in_the_way(project: Project, rng: Random, component: Component) -> str:
    file = rng.choice([file for file in component["files"] if file.get("merge") != "enhance"])
    text = "# own\n" if file["target"].endswith((".py", ".yaml", ".yml")) else "own\n"
    project.files[target(project, file["target"])] = text
    return "file"


def file_beside(project: Project, rng: Random, component: Component) -> str:
    file = Path(rng.choice(component["files"])["target"])
    project.files[target(project, f"{file.parent}/own_{file.name}")] = "" if file.suffix == ".py" else "own: 1\n"
    return "other-file"


def module_in_the_way(project: Project, rng: Random, component: Component) -> str:
    packages = sorted({module.split(".")[1] for module in component["provides"]["modules"]})
    name = rng.choice(packages)
    project.files[f"{project.source}/{name}.py"] = "OWN = 1\n"
    project.files[f"tests/test_own_{name}.py"] = (
        f"from {_imports(project, name)} import OWN\n\n\ndef test_own() -> None:\n    assert OWN == 1\n"
    )
    return "module"


def module_elsewhere(project: Project, rng: Random, component: Component) -> str:
    name = component["provides"]["modules"][0].split(".")[1]
    project.files[f"{project.source}/jobs/__init__.py"] = ""
    project.files[f"{project.source}/jobs/{name}.py"] = "OWN = 1\n"
    return "module-elsewhere"


def pin_disjoint(project: Project, rng: Random, component: Component) -> str:
    older = {
        "pydantic": ["pydantic<2", "pydantic==1.10.15", "pydantic>=2,<2.6"],
        "fastapi": ["fastapi<0.100", "fastapi==0.109.2"],
        "starlette": ["starlette<0.30"],
        "hydra-core": ["hydra-core<1.3"],
        "omegaconf": ["omegaconf<2.3"],
        "pyyaml": ["pyyaml<6"],
        "numpy": ["numpy<1.26", "numpy==1.24.4"],
        "pandas": ["pandas<2", "pandas>=2,<2.2"],
        "mlflow-skinny": ["mlflow-skinny<3"],
        "typer": ["typer<0.16"],
        "uvicorn": ["uvicorn<0.20"],
        "packaging": ["packaging<24"],
    }
    # Of what the component needs half of the time; else of something that it may not need at all.
    needed = [name for name in older if any(one.startswith(name) for one in component["requires"]["distributions"])]
    project.dependencies.append(rng.choice(older[rng.choice(needed if needed and rng.random() < 0.5 else sorted(older))]))
    return "older-pin"


def pin_fitting(project: Project, rng: Random, _: Component) -> str:
    pins = ["pydantic>=2,<3", "pydantic>=2.8", "fastapi>=0.110", "pandas>=2.1", "numpy>=1.24", "pyyaml", "hydra-core~=1.3", "starlette>=0.37"]
    pins += ["pydantic==2.9.2", "numpy==1.26.4", "pandas==2.2.3", "uvicorn==0.30.6", "typer==0.20.0", "packaging==24.2", "omegaconf==2.3.0"]
    project.dependencies += rng.sample(pins, 2)
    return "fitting-pin"


def pin_of_what_they_need(project: Project, rng: Random, _: Component) -> str:
    """Of distributions that no component names: only a resolver knows of them."""
    pins = ["typing-extensions<4.6", "antlr4-python3-runtime>=4.13", "anyio<3", "annotated-types<0.6", "click<8", "h11<0.13"]
    pins += ["typing-extensions>=4.8", "anyio>=3.6", "click>=8", "h11>=0.14", "idna>=3", "attrs>=22", "certifi"]
    project.dependencies.append(rng.choice(pins))
    return "pin-below"


def older_python(project: Project, rng: Random, _: Component) -> str:
    if not project.has_pyproject:
        return "no-python"
    project.python = rng.choice([">=3.8", ">=3.9", ">=3.10", ">=3.10,<3.13"])
    return "older-python"


def test_name_in_the_way(project: Project, rng: Random, component: Component) -> str:
    tests = [Path(file["target"]).name for file in component["files"] if Path(file["target"]).name.startswith("test_")]
    name = rng.choice(tests or ["test_api_health.py"])
    style = rng.choice(["bare", "bare", "package", "importlib"])
    project.files[f"tests/unit/{name}"] = "def test_own() -> None:\n    assert True\n"
    if style == "package":
        project.files["tests/__init__.py"] = project.files["tests/unit/__init__.py"] = ""
    elif style == "importlib" and project.has_pyproject:
        project.pytest["addopts"] = '"--import-mode=importlib"'
    return f"test-name-{style}"


def variables(project: Project, rng: Random, component: Component) -> str:
    named = [one for one in component["requires"]["environment"] if one["default"] is not None]
    name = rng.choice(named)["name"] if named else "LOG_LEVEL"
    default = rng.choice(["own", "DEBUG", "8000", "INFO"])
    project.files[f"{project.source}/options.py"] = f'import os\n\nOPTION = os.getenv("{name}", "{default}")\n'
    return "variable"


def typed_variables(project: Project, rng: Random, component: Component) -> str:
    named = [one for one in component["requires"]["environment"] if one["default"] is not None]
    name = (rng.choice(named)["name"] if named else "LOG_LEVEL").lower()
    kind, default = rng.choice([("bool", "True"), ("int", "1"), ("str", '"own"'), ("float", "0.5")])
    project.dependencies.append("pydantic-settings>=2")
    project.files[f"{project.source}/options.py"] = (
        f"from pydantic_settings import BaseSettings\n\n\nclass Options(BaseSettings):\n    {name}: {kind} = {default}\n"
    )
    project.files["tests/test_options.py"] = (
        f"from {_imports(project, 'options')} import Options\n\n\ndef test_options() -> None:\n    assert Options()\n"
    )
    return f"typed-variable-{kind}"


def other_framework(project: Project, rng: Random, _: Component) -> str:
    which = rng.choice(["flask", "click", "argparse", "settings"])
    text = {
        "flask": 'from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get("/health")\ndef health() -> str:\n    return "own"\n',
        "click": 'import click\n\n\n@click.command()\ndef main() -> None:\n    click.echo("own")\n',
        "argparse": 'import argparse\n\n\ndef main() -> None:\n    argparse.ArgumentParser().parse_args()\n',
        "settings": 'from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    debug: bool = False\n',
    }[which]
    project.files[f"{project.source}/{which}_part.py"] = text
    module = _imports(project, f"{which}_part")
    project.files[f"tests/test_{which}_part.py"] = f"import {module}\n\n\ndef test_it() -> None:\n    assert {module}\n"
    project.dependencies += {"flask": ["flask>=3"], "click": ["click>=8"], "settings": ["pydantic-settings>=2"]}.get(which, [])
    return f"framework-{which}"


def own_configuration(project: Project, rng: Random, _: Component) -> str:
    files = {
        "conf/config.yaml": "defaults:\n  - _self_\nname: own\n",
        "conf/base.yaml": "name: own\n",
        "conf/environment/staging.yaml": "debug: false\n",
        "conf/api.yaml": "port: 9\n",
        "config/config.yaml": "name: own\n",
    }
    path = rng.choice(sorted(files))
    project.files[path] = files[path]
    project.dependencies.append("hydra-core>=1.3")
    return f"configuration-{path}"


def environment_of_tests(project: Project, rng: Random, _: Component) -> str:
    name, value = rng.choice([("APP_ENV", "staging"), ("LOG_LEVEL", "verbose"), ("DATA_MAX_FILE_MB", "none"), ("TZ", "UTC"), ("MODEL_CACHE_SIZE", "0")])
    project.files["tests/conftest.py"] = f'import os\n\nos.environ["{name}"] = "{value}"\n'
    return f"tests-set-{name}"


def strict_warnings(project: Project, rng: Random, _: Component) -> str:
    if project.has_pyproject:
        project.pytest["filterwarnings"] = rng.choice(['["error"]', '["error::DeprecationWarning"]', '["ignore"]'])
    return "warnings"


def older_pydantic_in_use(project: Project, rng: Random, _: Component) -> str:
    project.dependencies.append("pydantic>=1.10")
    project.is_older = project.has_pyproject = True
    project.files["uv.lock"] = (
        'version = 1\nrequires-python = ">=3.11"\n\n[[package]]\nname = "pydantic"\nversion = "1.10.15"\n'
        'source = { registry = "https://pypi.org/simple" }\n'
    )
    project.files[f"{project.source}/legacy.py"] = "from pydantic import BaseSettings\n\n\nclass Legacy(BaseSettings):\n    debug: bool = False\n"
    project.files["tests/test_legacy.py"] = (
        f"from {_imports(project, 'legacy')} import Legacy\n\n\ndef test_legacy() -> None:\n    assert Legacy()\n"
    )
    return "older-pydantic-in-use"


def edited_before(project: Project, rng: Random, _: Component) -> str:
    project.installed = ["api-serving"]
    app, config = target(project, "src/api/app.py"), target(project, "src/config/__init__.py")
    edits: dict[str, dict[str, str | None]] = {
        "untouched": {},
        "application-rewritten": {app: "from fastapi import FastAPI\n\n\ndef build() -> FastAPI:\n    return FastAPI()\n"},
        "settings-removed": {config: None},
        "route-added": {target(project, "src/api/own.py"): "OWN = 1\n"},
    }
    which = rng.choice(sorted(edits))
    project.after = edits[which]
    return f"has-api-serving-{which}"


TRAITS: list[tuple[Trait, float]] = [
    (fastapi_application, 1),
    (router_in_the_way, 1.5),
    (router_beside, 1),
    (file_in_the_way, 1),
    (file_beside, 1),
    (module_in_the_way, 1),
    (module_elsewhere, 0.7),
    (pin_disjoint, 1.5),
    (pin_fitting, 1.5),
    (pin_of_what_they_need, 1),
    (older_python, 0.8),
    (test_name_in_the_way, 1),
    (variables, 1),
    (typed_variables, 1),
    (other_framework, 1.5),
    (own_configuration, 0.8),
    (environment_of_tests, 0.6),
    (strict_warnings, 0.4),
    (older_pydantic_in_use, 0.4),
    (edited_before, 0.6),
]


def generate(number: int, components: dict[str, Component], tried: list[str]) -> tuple[Project, list[str]]:
    """The project of that number, always the same, and three of the components to try on it: the first is what it was made for."""
    rng = Random(f"project {number}")
    project = _start(rng, number)
    meant = rng.choice(tried)
    for _ in range(rng.choice([0, 1, 1, 1, 2, 2, 3])):
        [(trait, _)] = rng.choices(TRAITS, [weight for _, weight in TRAITS])
        project.traits.append(trait(project, rng, components[meant]))
    project.dependencies = sorted(set(project.dependencies))
    rest = sorted(set(tried) - {meant})
    others = rng.sample(rest, min(2, len(rest)))
    return project, [name for name in [meant, *others] if name not in project.installed]


def read_components(registry: Path) -> dict[str, Component]:
    found = {}
    for path in sorted(registry.glob("*/component.json")):
        found[path.parent.name] = json.loads(path.read_text(encoding="utf-8"))
    return found

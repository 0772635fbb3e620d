"""Examples: a component put into a project, what the rules say before, and whether it works, by running it."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from compat.examples import Example
from compat.projects import Component, Project, generate, read_components, target

FOREIGN = ("MLX_", "PYTEST_", "PYTHONPATH", "APP_", "API_", "LOG_LEVEL", "VIRTUAL_ENV", "GIT_")
DISTRIBUTIONS = ["flask>=3", "pydantic-settings>=2", "click>=8"]  # that generated projects use beside


@dataclass
class Bench:
    """What examples are made with."""

    mlx: Path
    uv: str
    environment: Path  # that has the distributions of all components
    registry: Path
    components: dict[str, Component]
    scratch: Path
    tried: list[str]  # components that are put into projects
    resolved: dict[str, str] = field(default_factory=dict)  # what was asked of the resolver already

    def environment_variables(self) -> dict[str, str]:
        own = {key: value for key, value in os.environ.items() if not key.startswith(FOREIGN)}
        return own | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}

    def run(self, *command: str | Path, directory: Path | None = None) -> subprocess.CompletedProcess:
        return subprocess.run(
            [str(word) for word in command], cwd=directory, env=self.environment_variables(), capture_output=True, encoding="utf-8", check=False
        )

    def program(self, *words: str, directory: Path) -> subprocess.CompletedProcess:
        return self.run(self.mlx, *words, "-C", directory, "--registry", self.registry, "--json", "--offline")

    def large_modules(self) -> list[str]:
        """What takes long to import, of what the components that are tried need."""
        needed = {one for name in self.tried for part in self.closure(name) for one in self.components[part]["requires"]["distributions"]}
        large = {"mlflow-skinny": "mlflow", "pandas": "pandas", "numpy": "numpy", "typer": "typer.testing"}
        return sorted(module for name, module in large.items() if any(one.startswith(name) for one in needed))

    def closure(self, name: str) -> list[str]:
        names = [name]
        for one in names:
            names += [other for other in self.components[one]["requires"]["components"] if other not in names]
        return names


def make_environment(uv: str, directory: Path, components: dict[str, Component]) -> None:
    """The newest distributions that all components admit."""
    wanted = set(DISTRIBUTIONS)
    for component in components.values():
        wanted.update(component["requires"]["distributions"], *component["requires"]["groups"].values())
    subprocess.run([uv, "venv", "--quiet", str(directory)], check=True)
    subprocess.run([uv, "pip", "install", "--quiet", "--python", str(directory / "bin/python"), *sorted(wanted)], check=True)


class Worker:
    def __init__(self, bench: Bench):
        self._log = bench.scratch / "log.txt"
        self._process = subprocess.Popen(
            [str(bench.environment / "bin/python"), str(Path(__file__).with_name("worker.py")), *bench.large_modules()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env=bench.environment_variables(),
        )

    def ask(self, request: dict) -> tuple[str, str]:
        standard = {"modules": [], "sources": [], "tests": [], "injected": [], "brief": [], "environment": {}, "router": "", "minor": 11}
        assert self._process.stdin and self._process.stdout
        print(json.dumps(standard | request | {"log": str(self._log)}), file=self._process.stdin, flush=True)
        answer = json.loads(self._process.stdout.readline())
        return answer["step"], answer["detail"]

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


def _write(directory: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_text(text, encoding="utf-8")


def counts_of(bench: Bench, directory: Path, name: str) -> dict[str, int] | None:
    """How often each rule fires for the component, or for one that would come with it."""
    installed = bench.program("status", directory=directory)
    there = {one["name"] for one in json.loads(installed.stdout or "{}").get("components", [])}
    coming = [one for one in bench.closure(name) if one not in there]
    checked = bench.program("check", *coming, directory=directory)
    if checked.returncode == 2:
        return None
    found = json.loads(checked.stdout)["findings"]
    return dict(sorted(Counter(one["code"] for one in found if set(one["components"]) & set(coming)).items()))


def _resolve(bench: Bench, directory: Path, name: str, minor: int) -> str:
    """What a resolver says against the requirements of the project together with those of the component."""
    # `mlx add` leaves alone what the project has declared already: the component's own have to be asked too.
    wanted = sorted({one for part in bench.closure(name) for one in bench.components[part]["requires"]["distributions"]})
    (bench.scratch / "component.txt").write_text("".join(f"{one}\n" for one in wanted), encoding="utf-8")
    manifest = "pyproject.toml" if (directory / "pyproject.toml").exists() else "requirements.txt"
    command = [bench.uv, "pip", "compile", "--quiet", "--no-header", "--python-version", f"3.{minor}", manifest, bench.scratch / "component.txt"]
    if manifest == "pyproject.toml" and "dependency-groups" in tomllib.loads((directory / manifest).read_text(encoding="utf-8")):
        command += ["--group", "dev"]
    # The name of the project is of no importance.
    question = f"{minor}\n{wanted}\n" + re.sub(r'(?m)^name = .*$', "", (directory / manifest).read_text(encoding="utf-8"))
    if question not in bench.resolved:
        done = bench.run(*command, directory=directory)
        bench.resolved[question] = done.stderr.strip() if done.returncode != 0 else ""
    return bench.resolved[question]


def _lowest_minor(python: str) -> int:
    found = re.search(r"[>=~]=?\s*3\.(\d+)", python)
    return int(found[1]) if found else 11


def _variables(bench: Bench, names: list[str]) -> dict[str, str]:
    """As .env.example has them."""
    return {
        one["name"]: one["default"]
        for name in names
        for one in bench.components[name]["requires"]["environment"]
        if one["default"] is not None and not one["secret"]
    }


def _judge(bench: Bench, worker: Worker, project: Project, directory: Path, name: str) -> tuple[str, str]:
    added = bench.program("add", name, directory=directory)
    if added.returncode != 0:
        return "add", added.stdout[:300]
    minor = _lowest_minor(project.python)
    if problem := _resolve(bench, directory, name, minor):
        return "resolve", problem
    names = bench.closure(name)
    import_root = project.package
    modules, sources, injected, brief = [], [], [], []
    for one in names:
        component = bench.components[one]
        modules += [import_root + module.removeprefix("src") for module in component["provides"]["modules"] if not module.endswith(".__main__")]
        files = [file for file in component["files"] if file.get("merge") != "enhance" and file["target"].endswith(".py")]
        sources += [target(project, file["target"]) for file in files if file["kind"] == "source"]
        tests = [str(directory / file["target"]) for file in files if Path(file["target"]).name.startswith("test_")]
        injected += tests
        brief += tests if one != name else []
    request = {
        "directory": str(directory),
        "path": project.path,
        "modules": modules,
        "sources": [str(directory / path) for path in sources],
        "injected": injected,
        "brief": brief,
        "minor": minor,
        "import_root": import_root,
    }
    has_application = "api-serving" in [*names, *project.installed]
    answer = worker.ask(request | {"router": project.router if has_application else ""})
    if answer[0]:
        return answer
    # The project's own tests again, with the variables set as .env.example sets them.
    own = [path for path in project.files if Path(path).name.startswith("test_")]
    return worker.ask({"directory": str(directory), "path": project.path, "tests": own, "environment": _variables(bench, names)})


def _works_before(worker: Worker, project: Project, directory: Path) -> bool:
    if project.is_older:
        return True  # with the versions of its lock file
    return worker.ask({"directory": str(directory), "path": project.path})[0] == ""


def collect_generated(bench: Bench, numbers: Iterable[int]) -> Iterator[Example]:
    worker = Worker(bench)
    for number in numbers:
        project, names = generate(number, bench.components, bench.tried)
        with tempfile.TemporaryDirectory(dir=bench.scratch) as kept:
            base = Path(kept) / "base"
            _write(base, project.text_files())
            for name in project.installed:
                if bench.program("add", name, directory=base).returncode != 0:
                    project.traits.append("cannot-begin")
            for path, text in project.after.items():
                if text is None:
                    (base / path).unlink(missing_ok=True)
                else:
                    _write(base, {path: text})
            if "cannot-begin" in project.traits or (not project.after and not _works_before(worker, project, base)):
                print(f"{project.name}: left out, it does not work before ({', '.join(project.traits)})")
                continue
            for name in names:
                directory = Path(kept) / name
                shutil.copytree(base, directory)
                counts = counts_of(bench, directory, name)
                if counts is None:
                    continue
                step, detail = _judge(bench, worker, project, directory, name)
                print(f"{project.name} {name}: {step or 'works'} {counts} {project.traits} {detail[:150]!r}", flush=True)
                yield Example(project.name, "generated", name, step, counts, project.traits)
                shutil.rmtree(directory)
    worker.close()


def collect_public(bench: Bench, clones: list[Path]) -> Iterator[Example]:
    """Repositories of others: what is put in has to resolve with their requirements, to import and to pass its own tests there."""
    worker = Worker(bench)
    for clone in clones:
        for name in bench.tried:
            with tempfile.TemporaryDirectory(dir=bench.scratch) as kept:
                directory = Path(kept) / clone.name
                shutil.copytree(clone, directory, ignore=shutil.ignore_patterns(".git", "node_modules", "*.ipynb", "*.csv", "*.parquet", "*.png"), symlinks=True)
                counts = counts_of(bench, directory, name)
                if counts is None:
                    continue
                step, detail = _judge_public(bench, worker, directory, name)
                if step == "import" and "No module named" in detail:
                    print(f"{clone.name} {name}: left out, what the repository itself needs is not installed ({detail})", flush=True)
                    continue
                print(f"{clone.name} {name}: {step or 'works'} {counts} {detail[:200]!r}", flush=True)
                yield Example(clone.name, "public", name, step, counts, [])
    worker.close()


def _judge_public(bench: Bench, worker: Worker, directory: Path, name: str) -> tuple[str, str]:
    added = bench.program("add", name, directory=directory)
    if added.returncode != 0:
        return "add", added.stdout[:300]
    lock = json.loads((directory / "mlx.lock").read_text(encoding="utf-8"))
    manifest = directory / "pyproject.toml"
    project = tomllib.loads(manifest.read_text(encoding="utf-8")) if manifest.exists() else {}
    python = project.get("project", {}).get("requires-python", "") or project.get("tool", {}).get("poetry", {}).get("dependencies", {}).get("python", "")
    minor = _lowest_minor(python.replace("^", ">="))
    if "project" in project or not manifest.exists():
        if problem := _resolve(bench, directory, name, minor):
            return "resolve", problem
    files = [path for one in lock["components"].values() for path in one["files"]]
    own = lock["components"][name]["files"]
    root = next(iter(lock["components"].values()))["importRoot"]
    source = root.replace(".", "/")
    at = next((path.split(source)[0] for path in files if f"{source}/" in path and path.endswith(".py")), "")
    modules = []
    for path in files:
        if path.endswith(".py") and path.startswith(at + source) and not path.endswith("__main__.py"):
            modules.append(path.removeprefix(at).removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    tests = [path for path in files if Path(path).name.startswith("test_")]
    request = {
        "directory": str(directory),
        "path": at or ".",
        "modules": modules,
        "sources": [str(directory / path) for path in files if path.endswith(".py") and path not in tests],
        "tests": tests,
        "brief": [str(directory / path) for path in tests if path not in own],
        "minor": minor,
    }
    return worker.ask(request)


def make_bench(mlx: Path, uv: str, environment: Path, registry: Path, scratch: Path, tried: list[str]) -> Bench:
    components = read_components(registry)
    scratch.mkdir(parents=True, exist_ok=True)
    if not environment.exists():
        make_environment(uv, environment, components)
    return Bench(mlx, uv, environment, registry, components, scratch, sorted(tried or components))

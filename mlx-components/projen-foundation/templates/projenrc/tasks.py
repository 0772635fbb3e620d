"""The tasks of an ML platform, as a table: `npx projen TASK` runs one of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from projenrc.layout import InstalledComponent, Layout, is_component_name

if TYPE_CHECKING:
    from projen import Project, TaskStep

TOOL = ("python", "-m", "projenrc.tool")  # a tool of the environment, or uv's
DOCS = ("python", "-m", "projenrc.docs")


@dataclass(frozen=True)
class Step:
    """A command, or another task; it may be given what follows the task's name."""

    command: tuple[str, ...] = ()
    spawn: str = ""
    receives: bool = True
    environment: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class TaskEntry:
    """One row of the table."""

    name: str
    description: str
    steps: tuple[Step, ...]


def task(name: str, description: str, *command: str) -> TaskEntry:
    """A task that is one command, with the arguments that the user adds."""
    return TaskEntry(name, description, (Step(command),))


def task_table(layout: Layout) -> list[TaskEntry]:
    """Every task for what this project has. A task whose thing is absent is not made."""
    table = [*component_tasks(), *check_tasks(), *security_tasks(layout.sources)]
    if layout.has_benchmarks:
        table += [benchmark_task()]
    if layout.manager == "uv":
        table += [compatibility_task()]
    if layout.is_platform:
        table += platform_tasks(layout.has("mlx-components"))
    if layout.has_pages:
        table += page_tasks()
    if layout.has(".pre-commit-config.yaml"):
        table += hook_tasks()
    table += [make_task(target, comment) for target, comment in layout.make_targets.items()]
    return table


def component_tasks() -> list[TaskEntry]:
    """What MLX does; each takes the arguments of its command."""
    return [
        task("mlx:add", "Add components to the project: NAME…", "mlx", "add"),
        task("mlx:remove", "Take components out of the project again: NAME…", "mlx", "remove"),
        task("mlx:update", "Merge later versions of components: [NAME…]", "mlx", "update"),
        task("mlx:list", "List the components that there are: [QUERY]", "mlx", "list"),
        task("mlx:info", "Show what a component brings and requires: NAME", "mlx", "info"),
        task(
            "mlx:status",
            "Show the components that are here, and what was changed in them",
            "mlx",
            "status",
        ),
        task(
            "mlx:diff",
            "Show what was changed in components, and what is new: [NAME…]",
            "mlx",
            "diff",
        ),
        task(
            "mlx:check", "Show what clashes here, or would with components: [NAME…]", "mlx", "check"
        ),
        task("mlx:explain", "Explain a finding: [FINDING]", "mlx", "explain"),
        task(
            "mlx:recommend",
            "Recommend components for what is written by hand here",
            "mlx",
            "recommend",
        ),
        task("mlx:rules", "Write the rules for editors: [--check]", "mlx", "rules"),
        task("mlx:doctor", "Check the project and MLX's installation", "mlx", "doctor"),
        TaskEntry(
            "mlx:validate-components",
            "Check that all files and requirements of components are here, and nothing clashes",
            (Step(("mlx", "status"), receives=False), Step(("mlx", "check"), receives=False)),
        ),
    ]


def check_tasks() -> list[TaskEntry]:
    """Tests, lint, types, and all of them."""
    return [
        task("test", "Run the tests", *TOOL, "pytest"),
        task("test:smart", "Run the tests that what changed can affect", "mlx", "test", "--run"),
        task("test:coverage", "Run the tests, and show which lines they miss", *TOOL, "pytest-cov"),
        task("lint", "Check the code with ruff", *TOOL, "ruff", "check", "."),
        task("lint:fix", "Mend what ruff can mend", *TOOL, "ruff", "check", "--fix", "."),
        task("format", "Format the code with ruff", *TOOL, "ruff", "format", "."),
        task(
            "format:check",
            "Check that the code is formatted",
            *TOOL,
            "ruff",
            "format",
            "--check",
            ".",
        ),
        task("type-check", "Check the types with mypy", *TOOL, "mypy"),
        TaskEntry(
            "quality:all",
            "Run all checks: lint, format, types, tests",
            tuple(
                Step(spawn=name, receives=False)
                for name in ("lint", "format:check", "type-check", "test")
            ),
        ),
    ]


def security_tasks(sources: Sequence[str]) -> list[TaskEntry]:
    """What looks for weaknesses: in the code, in what is installed, in all files."""
    # Assertions narrow types, as the rules of ruff have it too.
    bandit = (*TOOL, "bandit", "-q", "--skip", "B101", "-r", *sources)
    if sources == (".",):
        bandit += ("--exclude", "./.venv,./node_modules,./projenrc,./tests")
    return [
        task("security:bandit", "Look for weaknesses in the code", *bandit),
        task(
            "security:audit",
            "Look for known weaknesses in what is installed",
            *("python", "-m", "projenrc.audit"),
        ),
        task(
            "security:trivy",
            "Look for weaknesses, secrets and wrong settings in all files",
            *(*TOOL, "trivy", "fs", "--scanners", "vuln,secret,misconfig", "--exit-code", "1", "."),
        ),
    ]


def benchmark_task() -> TaskEntry:
    """Without a benchmark pytest would skip every test, and call it a success."""
    name = "pytest-benchmark"
    return task("test:benchmark", "Run the benchmarks among the tests", *TOOL, name)


def compatibility_task() -> TaskEntry:
    return task(
        "test:compatibility",
        "Run the tests on every Python that the project supports and this machine has",
        *("python", "-m", "projenrc.compatibility"),
    )


def platform_tasks(has_catalogue: bool) -> list[TaskEntry]:
    """Where components are made."""
    tasks = [
        task("mlx:extract-components", "Make the catalogue from this platform", "mlx", "extract"),
    ]
    if has_catalogue:
        validate = ("mlx", "registry", "validate", "mlx-components")
        tasks.append(
            task("mlx:validate-registry", "Check the catalogue, as its clients would", *validate)
        )
    return tasks


def page_tasks() -> list[TaskEntry]:
    """What is done with the Markdown in docs/."""
    return [
        task("docs:build", "Make HTML of docs/, in site/", *DOCS, "build"),
        task("docs:organize", "List all pages by folder in docs/index.md", *DOCS, "organize"),
        task("docs:serve", "Make HTML of docs/ and serve it: [--port PORT]", *DOCS, "serve"),
        task(
            "docs:update-links",
            "Mend links to pages that moved, and show those that lead nowhere",
            *DOCS,
            "update-links",
        ),
    ]


def hook_tasks() -> list[TaskEntry]:
    """Where there is a .pre-commit-config.yaml."""
    return [
        task(
            "pre-commit:install",
            "Have git run the hooks before each commit",
            *TOOL,
            "pre-commit",
            "install",
        ),
        task(
            "pre-commit:run",
            "Run the hooks on all files",
            *TOOL,
            "pre-commit",
            "run",
            "--all-files",
        ),
    ]


def make_task(target: str, comment: str) -> TaskEntry:
    return task(f"make:{target}", comment or f"Run `make {target}`", "make", target)


def tasks_of_component(component: InstalledComponent) -> list[TaskEntry]:
    """The tasks that come with a component."""
    name = component.name
    table = [
        task(f"mlx:update-{name}", f"Merge the latest version of {name}", "mlx", "update", name)
    ]
    if component.tests:
        table.append(
            task(f"mlx:test-{name}", f"Run the tests of {name}", *TOOL, "pytest", *component.tests)
        )
    if name == "api-serving":
        table += serving_tasks(component.import_root, component.path)
    return table


def serving_tasks(import_root: str, path: str) -> list[TaskEntry]:
    """How the service is started."""
    development = ("uvicorn", f"{import_root}.api.main:app", "--reload", "--app-dir", path)
    production = Step(
        ("python", "-m", f"{import_root}.api"),
        environment=(("APP_ENV", "production"), ("PYTHONPATH", path)),
    )
    return [
        task(
            "api:dev",
            "Serve the API, anew after each change of the code: [--port PORT]",
            *development,
        ),
        TaskEntry("api:prod", "Serve the API as in production", (production,)),
    ]


def synth_task(components: Iterable[str]) -> TaskEntry:
    names = sorted(set(components))
    return task(
        "mlx:synth-components",
        "Add the components that .projenrc.py declares and that are not here yet",
        *("mlx", "add", *names),
    )


def checked_name(name: str) -> str:
    """The name of a component.

    Raises:
        ValueError: it is none.
    """
    if not is_component_name(name):
        raise ValueError(f"{name!r} is not the name of a component: a-z, 0-9 and hyphens")
    return name


def component_table(layout: Layout, declared: Sequence[str]) -> list[TaskEntry]:
    """The tasks of the components that are here, and of those that a `.projenrc.py` declares."""
    table = []
    for name in sorted({*layout.component_names, *map(checked_name, declared)}):
        found = layout.component(name)
        component = found or InstalledComponent(name, layout.module_name, ".", ())
        # What is not here yet can be brought, but neither tested nor served.
        table += tasks_of_component(component)[: None if found else 1]
    return [*table, synth_task(declared)] if declared else table


def put_tasks(project: Project, table: Iterable[TaskEntry]) -> None:
    """Make a project's tasks. Those that it has already stay as they are, but empty ones."""
    for entry in table:
        present = project.tasks.try_find(entry.name)
        if present is None:
            project.add_task(entry.name, description=entry.description, steps=_steps(entry))
        elif not present.steps:
            present.description = entry.description
            present.add_steps(*_steps(entry))


def add_mlx_tasks(
    project: Project, *, module_name: str | None = None, components: Sequence[str] = ()
) -> None:
    """Give any projen project the tasks of an ML platform, and those of its components."""
    directory = Path(project.outdir)
    layout = Layout(directory, module_name or project.name.replace("-", "_"))
    put_tasks(project, task_table(layout))
    put_tasks(project, component_table(layout, components))


def _steps(entry: TaskEntry) -> list[TaskStep]:
    # projen starts a Node.js when it is imported, which the table does without.
    from projen import TaskStep

    # A list of words is run as it is, without a shell: arguments with blanks stay whole.
    return [
        TaskStep(spawn=step.spawn, receive_args=step.receives or None)
        if step.spawn
        else TaskStep(
            exec_args=list(step.command),
            receive_args=step.receives or None,
            env=dict(step.environment) or None,
        )
        for step in entry.steps
    ]

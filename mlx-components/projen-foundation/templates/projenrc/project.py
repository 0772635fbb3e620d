"""A project of Python's that has MLX components, as projen knows it."""

import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from projen import DependencyType, ObjectFile, SampleReadme, SampleReadmeProps
from projen.python import PythonProject, Uv

from projenrc.existing import MARKER, forget, is_generated, is_there, users_files
from projenrc.layout import Layout
from projenrc.pyproject import (
    BUILD_SYSTEM,
    PYTHON,
    Metadata,
    declared_distributions,
    distribution_of,
    merged,
    module_of,
    override_path,
    read_metadata,
    requirement,
    tool_tables,
)
from projenrc.tasks import checked_name, component_table, put_tasks, task_table


class MLXProject(PythonProject):
    """A Python project with uv, and with the tasks of an ML platform.

    Without a name it is that of the pyproject.toml which is there, and which it leaves alone. With
    one it writes pyproject.toml itself, unless there is one that projen did not make: what the user
    has is never written over, and the synth says what it left, and what is therefore not in it.

    ``deps``, ``dev_deps``, ``groups`` and ``extras`` hold requirements as PEP 508 writes them
    (projen's ``name@^1.2`` is understood too). ``tools`` is laid over the ``[tool]`` tables that it
    makes, table by table; None takes a key out. All other arguments are those of PythonProject.

    Raises:
        ValueError: pyproject.toml cannot be read, or nothing says what the project is.
    """

    def __init__(
        self,
        *,
        name: str | None = None,
        module_name: str | None = None,
        version: str | None = None,
        description: str | None = None,
        requires_python: str | None = None,
        groups: Mapping[str, Sequence[str]] | None = None,
        extras: Mapping[str, Sequence[str]] | None = None,
        line_length: int = 100,
        tools: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> None:
        self._directory = Path(options.get("outdir") or ".").resolve()
        known = _known(self._directory, name)
        self._description = description or known.description
        super().__init__(
            name=name or known.name,
            module_name=module_name or known.module_name,
            version=version or known.version,
            description=self._description or None,
            **_with_defaults(options, name or known.name, self._description),
        )
        self._components: list[str] = []
        self._is_owner = name is not None and not _is_users(self._directory / "pyproject.toml")
        self._has_uv_options = "uv_options" in options
        uv_project = _option(options.get("uv_options"), "project")
        self._first_requirements = list(_option(uv_project, "dependencies") or [])
        self._has_author = self._has_uv_options or "author_name" in options
        self._groups = {key: list(value) for key, value in (groups or {}).items()}
        self._extras = {key: list(value) for key, value in (extras or {}).items()}
        self._python = requires_python or known.requires_python or PYTHON
        self._tools = merged(tool_tables(self.module_name, self._python, line_length), tools or {})
        self._layout = Layout(self._directory, self.module_name)
        self._adapt_tasks()
        put_tasks(self, task_table(self._layout))
        put_tasks(self, component_table(self._layout, []))

    def add_mlx_component(self, name: str) -> None:
        """Declare a component: it gets its tasks, and `mlx:synth-components` brings it.

        Raises:
            ValueError: this is not the name of a component.
        """
        if checked_name(name) in self._components:
            return
        self._components.append(name)
        self.remove_task("mlx:synth-components")
        put_tasks(self, component_table(self._layout, self._components))

    def synth(self) -> None:
        """Write the project's files, but none that the user has made."""
        self._leave_version_of_projen()
        file = self.try_find_object_file("pyproject.toml")
        if self._is_owner and file is not None:
            self._write_pyproject(file)
        undeclared = [] if self._is_owner else self._undeclared()
        left = self._leave_what_is_there()
        if not self._is_owner:
            self._make_nothing_up()
        super().synth()
        if left:
            _say(f"left as they are, for projen did not make them: {', '.join(left)}")
        if undeclared:
            _say(f"projen does not write your dependencies: declare {', '.join(undeclared)}")

    @property
    def installs_with_uv(self) -> bool:
        """Is pyproject.toml made here, for uv?"""
        return self._is_owner and isinstance(self.deps_manager, Uv)

    def post_synthesize(self) -> None:
        """Install what pyproject.toml says, if it is made here; projen would make .venv anew."""
        if not self._is_owner:
            return
        if not self.installs_with_uv:
            super().post_synthesize()
            return
        if shutil.which("uv") is None:
            _say("uv is not installed, so that the dependencies are not either")
            return
        self.deps_manager.install_dependencies()

    def _adapt_tasks(self) -> None:
        """projen's own tasks are for uv; the user may install the project in another way."""
        if self.default_task is not None:
            # It runs where Node.js may be older than jsii likes; it says so in eleven lines.
            self.default_task.env("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "18,20")
        install = {
            "poetry": ["env", "-u", "VIRTUAL_ENV", "poetry", "install"],
            "pip": ["python", "-m", "pip", "install", "-r", "requirements.txt"],
        }.get(self._layout.manager)
        if self._is_owner or install is None:
            return
        for name in ("install:ci", "publish", "publish:test"):
            self.remove_task(name)
        self.package_task.reset()
        task = self.tasks.try_find("install")
        if task is not None:
            task.reset()
            task.description = "Install what the project needs"
            task.exec_args(install)

    def _write_pyproject(self, file: ObjectFile) -> None:
        if self.installs_with_uv:
            self._write_project(file)
        for tool, table in self._tools.items():
            if tool != "hatch" or self.installs_with_uv:
                file.add_override(override_path("tool", tool), table)

    def _write_project(self, file: ObjectFile) -> None:
        """The tables that uv reads, as they are meant."""
        if not self._has_uv_options:
            file.add_override("project.requires-python", self._python)
            file.add_override("build-system", BUILD_SYSTEM)
        if not self._has_author:
            file.add_deletion_override("project.authors")
        runtime = self._requirements(DependencyType.RUNTIME)
        development = self._requirements(DependencyType.DEVENV, DependencyType.TEST)
        file.add_override("project.dependencies", [*self._first_requirements, *runtime])
        for extra, texts in self._extras.items():
            file.add_override(override_path("project", "optional-dependencies", extra), texts)
        groups = {**self._groups, "dev": [*development, *self._groups.get("dev", [])]}
        for group, texts in groups.items():
            file.add_override(override_path("dependency-groups", group), texts)

    def _undeclared(self) -> list[str]:
        """What `.projenrc.py` says of dependencies and the user's pyproject.toml does not."""
        known = declared_distributions(self._layout.pyproject)
        texts = self._requirements(*DependencyType)
        return sorted(text for text in texts if distribution_of(text) not in known)

    def _leave_version_of_projen(self) -> None:
        """projen pins the one that runs, which is another one each time if the project says so."""
        every = [dependency.name for dependency in self.deps.all] + self._groups.get("dev", [])
        said = [text for text in every if distribution_of(text) == "projen" and text != "projen"]
        if said or not self._is_owner:
            self.deps.remove_dependency("projen")

    def _requirements(self, *types: DependencyType) -> list[str]:
        every = [dependency for dependency in self.deps.all if dependency.type in types]
        texts = [requirement(dependency.name, dependency.version) for dependency in every]
        return list(dict.fromkeys(texts))

    def _make_nothing_up(self) -> None:
        """A project of the user's that has no README, or no pyproject.toml, gets none."""
        self.try_remove_file("pyproject.toml")
        for component in self.components:
            if isinstance(component, SampleReadme):
                self.node.try_remove_child(component.node.id)

    def _leave_what_is_there(self) -> list[str]:
        files = {file.path: file.marker for file in self.files}
        marked = [path for path, marker in files.items() if marker and MARKER in marker]
        left = users_files(self._directory, marked, files.keys() - set(marked))
        for path in left:
            self.try_remove_file(path)
        forget(self._directory, left)
        # What no list of projen's names is not its to delete.
        self.add_exclude_from_cleanup("**")
        return left


def _known(directory: Path, name: str | None) -> Metadata:
    """What is known of a project without being said."""
    if name is None:
        return read_metadata(directory)
    return Metadata(name=name, module_name=module_of(name))


def _option(options: Any, name: str) -> Any:
    """An option of projen's, which may be a mapping or an object; None if there is none."""
    return options.get(name) if isinstance(options, Mapping) else getattr(options, name, None)


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _is_users(file: Path) -> bool:
    return is_there(file) and not is_generated(file)


def _with_defaults(options: Mapping[str, Any], name: str, description: str) -> dict[str, Any]:
    """PythonProject's options, with what is usual here for those that are not given."""
    others = any(options.get(manager) for manager in ("pip", "poetry", "setuptools", "venv"))
    text = f"# {name}\n\n{description}\n" if description else f"# {name}\n"
    defaults = {
        "author_name": "",
        "author_email": "",
        "uv": not others,
        "github": False,
        "pytest": False,  # projen pins an old one; the tasks run the project's
        "sample": False,
        "clobber": False,
        "readme": SampleReadmeProps(contents=text),
    }
    return {**defaults, **options}

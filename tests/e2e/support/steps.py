"""Ways to start the step of a job that uses the action: the program as it is, and its image as GitHub's runner starts it."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from support.commands import Finished, run
from support.image import Image


class Step(Protocol):
    def places(self, workspace: Path, files: Path, home: Path) -> dict[str, str]:
        """Where the step finds what the runner gives it: variables, for a workspace, and for a directory with `event.json`."""
        ...

    def start(self, environment: dict[str, str], workspace: Path, files: Path, home: Path) -> Finished: ...


def places_below(workspace: str, event: str, files: str, home: str) -> dict[str, str]:
    return {
        "GITHUB_WORKSPACE": workspace,
        "GITHUB_EVENT_PATH": f"{event}/event.json",
        "GITHUB_OUTPUT": f"{files}/output",
        "GITHUB_STEP_SUMMARY": f"{files}/summary",
        "HOME": home,
    }


AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
# What a container needs on a machine that reaches the network in ways of its own.
NETWORK = {name: os.environ[name] for name in ("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy") if name in os.environ} | {
    "SSL_CERT_FILE": AUTHORITIES
}


@dataclass(frozen=True)
class ProgramStep:
    mlx: Path

    def places(self, workspace: Path, files: Path, home: Path) -> dict[str, str]:
        return places_below(str(workspace), str(files), str(files), str(home))

    def start(self, environment: dict[str, str], workspace: Path, files: Path, home: Path) -> Finished:
        return run(self.mlx, "action", directory=workspace, settings=environment)


@dataclass(frozen=True)
class ImageStep:
    """The runner mounts the same directories for every container action, and starts it with the `args` of its action.yml."""

    image: Image
    action: Path
    network: dict[str, str] = field(default_factory=dict)  # variables; empty: nothing but this machine is asked

    def places(self, workspace: Path, files: Path, home: Path) -> dict[str, str]:
        return places_below("/github/workspace", "/github/workflow", "/github/file_commands", "/github/home")

    def start(self, environment: dict[str, str], workspace: Path, files: Path, home: Path) -> Finished:
        home.mkdir(exist_ok=True)
        options = ["--workdir=/github/workspace", f"--volume={workspace}:/github/workspace", f"--volume={home}:/github/home"]
        options += [f"--volume={files}:/github/workflow:ro", f"--volume={files}:/github/file_commands"]
        # Registries of the tests lie outside of the workspace.
        home.parent.chmod(0o755)
        options += [f"--volume={home.parent}:{home.parent}:ro"]
        # Where the runner is another user than the container's, nothing works there, either.
        options += [f"--owned={path}" for path in (workspace, files, home)]
        if self.network:
            options.append(f"--volume={AUTHORITIES}:{AUTHORITIES}:ro")
        variables = {"CI": "true", **self.network, **environment}
        return self.image.run(*self._arguments(), options=options, variables=variables)

    def _arguments(self) -> list[str]:
        found = re.search(r"^  args:\n((?:    - .*\n)+)", self.action.read_text(encoding="utf-8"), re.MULTILINE)
        assert found
        return [line.removeprefix("    - ") for line in found[1].splitlines()]

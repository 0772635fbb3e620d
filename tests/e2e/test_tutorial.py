"""docs/tutorial.md, from the first of its commands to the last."""

import contextlib
import json
import os
import re
import signal
import subprocess
from pathlib import Path

from conftest import REPOSITORY, Mlx
from support.commands import environment, succeed

TUTORIAL = (REPOSITORY / "docs/tutorial.md").read_text(encoding="utf-8")
PATIENCE = 900  # seconds; two of its minutes are the schedule's


def commands() -> str:
    return "\n".join(re.findall(r"^```sh\n(.*?)^```$", TUTORIAL, flags=re.MULTILINE | re.DOTALL))


def test_every_command_works(mlx: Mlx, tmp_path: Path) -> None:
    (tmp_path / "mlx-checkout").symlink_to(REPOSITORY)
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "mlx").symlink_to(mlx.binary)
    settings = environment()
    settings["PATH"] = f"{programs}{os.pathsep}{settings['PATH']}"
    script = f"set -euo pipefail\n{commands()}\nwait\n"
    # A session of its own, so that nothing of it is left behind, whatever happens; what is left in the background may
    # hold its output open.
    log = tmp_path / "tutorial.log"
    with log.open("wb") as written:
        shell = subprocess.Popen(
            ["bash", "-c", script],
            cwd=tmp_path,
            env=settings,
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        status = shell.wait(PATIENCE)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(shell.pid, signal.SIGKILL)
    output = log.read_text(encoding="utf-8")
    logs = [file.read_text(encoding="utf-8") for file in (tmp_path / "service.log", tmp_path / "bot.log") if file.exists()]
    assert status == 0, "\n".join([output, *logs])
    assert '{"status":"ok"}' in output
    assert '"predictions":[0.9]' in output
    assert re.search(r"in \d+ of \d+ files", output), output  # not all of them

    project = tmp_path / "fraud-score"
    history = succeed("git", "log", "--format=%s", "--first-parent", directory=project)
    assert "Score payments" in history
    assert "model-serving" in history.splitlines()[0], history
    assert "fraud_score.scoring" in (project / "conf/models/default.yaml").read_text(encoding="utf-8")
    assert "model-serving" in (project / "AGENTS.md").read_text(encoding="utf-8")
    lock = json.loads((project / "mlx.lock").read_text(encoding="utf-8"))
    published = json.loads((tmp_path / "platform/mlx-components/model-serving/component.json").read_text(encoding="utf-8"))
    before = json.loads((REPOSITORY / "mlx-components/model-serving/component.json").read_text(encoding="utf-8"))
    assert lock["components"]["model-serving"]["version"] == published["version"] != before["version"]

"""docs/tutorial.md, from the first of its commands to the last."""

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
    # A session of its own, so that nothing of it is left behind, whatever happens.
    shell = subprocess.Popen(
        ["bash", "-c", script],
        cwd=tmp_path,
        env=settings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        output, _ = shell.communicate(timeout=PATIENCE)
    finally:
        try:
            os.killpg(shell.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    logs = [(tmp_path / name).read_text(encoding="utf-8") for name in ("service.log", "bot.log") if (tmp_path / name).exists()]
    assert shell.returncode == 0, "\n".join([output, *logs])
    assert '{"status":"ok"}' in output
    assert '"predictions":[0.9]' in output
    assert "1 of " in output or "tests/test_scoring.py" in output

    project = tmp_path / "fraud-score"
    log = succeed("git", "log", "--format=%s", "--first-parent", directory=project)
    assert "Score payments" in log
    assert "model-serving" in log.splitlines()[0], log
    assert "fraud_score.scoring" in (project / "conf/models/default.yaml").read_text(encoding="utf-8")
    assert "model-serving" in (project / "AGENTS.md").read_text(encoding="utf-8")
    lock = json.loads((project / "mlx.lock").read_text(encoding="utf-8"))
    published = json.loads((tmp_path / "platform/mlx-components/model-serving/component.json").read_text(encoding="utf-8"))
    before = json.loads((REPOSITORY / "mlx-components/model-serving/component.json").read_text(encoding="utf-8"))
    assert lock["components"]["model-serving"]["version"] == published["version"] != before["version"]

"""The cold start of `mlx action` on a small pull request: its own time, without waiting for the forge's answers.

Twenty changed files in a repository of 200, against `mlx sandbox`, each run a new process. The runner's start of the container does not count.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from pull_request import Forge, PROJECT
from review import MODULE, WAITING

FILES = 200
CHANGED = 20
BAR = 300


def write_project(directory: Path) -> None:
    (directory / "pyproject.toml").write_text(PROJECT)
    for number in range(FILES):
        path = directory / f"src/shop/part{number // 50}/module{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(MODULE.format(number=number))


def open_pull_request(forge: Forge) -> dict:
    head = forge.send("GET", "/git/ref/heads/main")["object"]["sha"]
    base = forge.send("GET", f"/git/commits/{head}")
    entries = [
        {
            "path": f"src/shop/part{number // 50}/module{number}.py",
            "mode": "100644",
            "type": "blob",
            "content": MODULE.format(number=number) + WAITING.format(number=number, round=1),
        }
        for number in range(CHANGED)
    ]
    tree = forge.send("POST", "/git/trees", {"base_tree": base["tree"]["sha"], "tree": entries})
    commit = forge.send("POST", "/git/commits", {"message": "Wait", "tree": tree["sha"], "parents": [base["sha"]]})
    forge.send("POST", "/git/refs", {"ref": "refs/heads/feature", "sha": commit["sha"]})
    return forge.send("POST", "/pulls", {"title": "Wait", "head": "feature", "base": "main"})


def measure(mlx: str, forge: Forge, pull: dict, directory: Path, runs: int) -> list[dict[str, float]]:
    clone = directory / "clone"
    subprocess.run(["git", "clone", "--quiet", f"file://{forge.about['git']}", clone], check=True)
    event = directory / "event.json"
    event.write_text(json.dumps({"action": "opened", "number": pull["number"], "pull_request": pull}))
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(directory),
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_REPOSITORY": forge.about["full_name"],
        "GITHUB_API_URL": forge.about["api_url"],
        "GITHUB_WORKSPACE": str(clone),
        "GITHUB_OUTPUT": str(directory / "output"),
        "GITHUB_STEP_SUMMARY": str(directory / "summary"),
        "INPUT_TOKEN": forge.about["users"]["octocat"]["token"],
    }
    times = []
    for _ in range(runs):
        begin = time.perf_counter()
        done = subprocess.run([mlx, "action", "--verbose"], env=environment, capture_output=True, text=True, check=True)
        whole = (time.perf_counter() - begin) * 1000
        line = re.search(r"^time: (.*)$", done.stdout, flags=re.MULTILINE)
        assert line, done.stdout
        times.append({name: float(value) for name, value in re.findall(r"([a-z ]+?) ([\d.]+) ms", line[1])})
        times[-1] = {name.strip(): value for name, value in times[-1].items()}
        times[-1]["process"] = whole - times[-1]["forge"]
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mlx", required=True)
    parser.add_argument("--runs", type=int, default=20)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        project = directory / "project"
        project.mkdir()
        write_project(project)
        forge = Forge(arguments.mlx, project)
        try:
            times = measure(arguments.mlx, forge, open_pull_request(forge), directory, arguments.runs)
        finally:
            forge.process.terminate()
            forge.process.wait()
    phases = ", ".join(f"{phase} {statistics.median(each[phase] for each in times):.1f}" for phase in times[0])
    own = sorted(each["process"] for each in times)
    print(f"a pull request of {CHANGED} files in a repository of {FILES}, median of {len(times)} runs, ms: {phases}")
    print(f"own time, from the start of the process to its end: p50 {statistics.median(own):.0f} ms, worst {own[-1]:.0f} ms (bar: at most {BAR} ms)")


if __name__ == "__main__":
    main()

"""`mlx add` of two components on an empty project, as a whole process, and what `shadcn add` takes
to write the same files (it has no requirements, imports, dependencies or lock to think of)."""

import argparse
import functools
import http.server
import json
import os
import statistics
import subprocess
import tempfile
import threading
import time
from pathlib import Path

PROJECT = '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.11"\n'


def run_once(command: list[str]) -> float:
    with tempfile.TemporaryDirectory() as directory:
        Path(directory, "pyproject.toml").write_text(PROJECT)
        begin = time.perf_counter()
        subprocess.run(
            command, cwd=directory, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
        )
        milliseconds = (time.perf_counter() - begin) * 1000
        assert Path(directory, "src/api/app.py").exists(), f"{command[0]} wrote nothing"
        return milliseconds


def shadcn_registry(components: Path, directory: Path) -> None:
    """The files of both components as one item that the shadcn client takes."""
    files = []
    for component in sorted(components.glob("*/component.json")):
        for file in json.loads(component.read_text())["files"]:
            content = (component.parent / file["path"]).read_text()
            target = "~/" + file["target"]
            files.append({"path": file["path"], "type": "registry:file", "target": target, "content": content})
    item = {"name": "api-serving", "type": "registry:item", "files": files}
    (directory / "api-serving.json").write_text(json.dumps(item))


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def report(name: str, times: list[float]) -> float:
    times.sort()
    median = statistics.median(times)
    print(f"{name}, {len(times)} runs: min {times[0]:.1f} ms, median {median:.1f} ms, max {times[-1]:.1f} ms")
    return median


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mlx", required=True)
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--shadcn", help="the shadcn client, to measure beside")
    parser.add_argument("--components", default="mlx-components")
    arguments = parser.parse_args()
    ours = [os.path.abspath(arguments.mlx), "add", "api-serving"]
    run_once(ours)
    median = report("mlx add, two components on an empty project (bar: 30 ms)", [run_once(ours) for _ in range(arguments.runs)])
    if not arguments.shadcn:
        return
    with tempfile.TemporaryDirectory() as directory:
        shadcn_registry(Path(arguments.components), Path(directory))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=directory))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/api-serving.json"
        theirs = [os.path.abspath(arguments.shadcn), "add", url, "-y"]
        run_once(theirs)
        peer = report("shadcn add, the same files", [run_once(theirs) for _ in range(5)])
        print(f"shadcn add takes {peer / median:.0f} times as long")
        server.shutdown()


if __name__ == "__main__":
    main()

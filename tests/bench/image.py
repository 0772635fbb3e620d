"""The container image: its size, and the memory of a review and of a waiting bot in it.

The pull request is that of action.py, the image that of tools/image.
"""

import argparse
import json
import re
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from action import CHANGED, FILES, open_pull_request, write_project
from pull_request import Forge

TOP = Path(__file__).resolve().parents[2]
RUN = TOP / "tools/image-run"
BAR = 120


def size() -> tuple[int, int]:
    """In bytes, as files and as what a registry sends."""
    description = json.loads((TOP / "build/image/image.json").read_text())["images"]["mlx"]
    with subprocess.Popen(["tar", "-C", description["root"], "-cz", "."], stdout=subprocess.PIPE) as tar:
        packed = sum(map(len, iter(lambda: tar.stdout.read(1 << 20), b"")))
    return description["size"], packed


def review_memory(forge: Forge, pull: dict, directory: Path) -> int:
    """Its largest resident size in KiB."""
    clone = directory / "clone"
    subprocess.run(["git", "clone", "--quiet", f"file://{forge.about['git']}", clone], check=True)
    event = directory / "event.json"
    event.write_text(json.dumps({"action": "opened", "number": pull["number"], "pull_request": pull}))
    variables = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": "/github/workflow/event.json",
        "GITHUB_REPOSITORY": forge.about["full_name"],
        "GITHUB_API_URL": forge.about["api_url"],
        "GITHUB_WORKSPACE": "/github/workspace",
        "INPUT_TOKEN": forge.about["users"]["octocat"]["token"],
    }
    peak = directory / "peak"
    options = [f"--env={name}={value}" for name, value in variables.items()]
    options += ["--workdir=/github/workspace", f"--volume={clone}:/github/workspace", f"--volume={event}:/github/workflow/event.json:ro"]
    options += [f"--owned={clone}", f"--peak-memory={peak}"]
    subprocess.run([RUN, *options, "action"], check=True, stdout=subprocess.DEVNULL)
    return int(peak.read_text())


def resident(process: int) -> int:
    [child] = subprocess.run(["pgrep", "--parent", str(process)], capture_output=True, text=True, check=True).stdout.split()
    return int(re.search(r"^VmRSS:\s+(\d+) kB$", Path(f"/proc/{child}/status").read_text(), re.MULTILINE)[1])


def bot_memory(forge: Forge) -> int:
    """The resident size of a bot that waits, in KiB."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    variables = {
        "MLX_LISTEN": f"127.0.0.1:{port}",
        "MLX_WEBHOOK_SECRET": "a secret for the bench",
        "MLX_GITHUB_API_URL": forge.about["api_url"],
        "MLX_GITHUB_TOKEN": forge.about["users"]["octocat"]["token"],
    }
    options = [f"--env={name}={value}" for name, value in variables.items()]
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    process = subprocess.Popen([RUN, *options, "serve"], stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                opener.open(f"http://127.0.0.1:{port}/readyz").close()
                break
            except urllib.error.URLError:
                assert time.monotonic() < deadline and process.poll() is None, "the bot does not answer"
                time.sleep(0.05)
        return resident(process.pid)
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mlx", required=True)
    arguments = parser.parse_args()
    subprocess.run([TOP / "tools/image"], check=True, stdout=subprocess.DEVNULL)
    unpacked, packed = size()
    print(f"image: {unpacked / 1e6:.1f} MB of files (bar: at most {BAR} MB), {packed / 1e6:.1f} MB to download")
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        project = directory / "project"
        project.mkdir()
        write_project(project)
        forge = Forge(arguments.mlx, project)
        try:
            review = review_memory(forge, open_pull_request(forge), directory)
            bot = bot_memory(forge)
        finally:
            forge.process.terminate()
            forge.process.wait()
    print(f"a review of {CHANGED} changed files in a repository of {FILES}: at most {review / 1024:.0f} MB of memory")
    print(f"a bot that waits: {bot / 1024:.0f} MB of memory")


if __name__ == "__main__":
    main()

"""From a webhook to a pull request: `mlx serve` against `mlx sandbox`, request by request.

A second webhook of the sandbox reports to this program, so both ends of the time are read
off one clock: the arrival of the comment's delivery, and that of the pull request's.
"""

import argparse
import contextlib
import http.server
import json
import os
import queue
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

SECRET = "a-secret-for-the-benchmark"
PROJECT = '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.11"\n'


class Deliveries(http.server.BaseHTTPRequestHandler):
    """Notes when each delivery arrived."""

    arrived: queue.Queue = queue.Queue()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        now = time.perf_counter()
        event = self.headers["X-GitHub-Event"]
        payload = json.loads(body)
        sender = payload.get("sender", {}).get("type")
        self.arrived.put((event, payload.get("action"), sender, now))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


class Forge:
    """The sandbox, as a user of it."""

    def __init__(self, mlx: str, project: Path) -> None:
        self.process = subprocess.Popen(
            [mlx, "sandbox", "--project", str(project), "--name", "shop"], stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout
        self.about = json.loads(self.process.stdout.readline())
        self.base = f"{self.about['api_url']}/repos/{self.about['full_name']}"

    def send(self, method: str, path: str, body: object = None) -> dict:
        request = urllib.request.Request(
            self.base + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self.about['users']['octocat']['token']}",
                "Content-Type": "application/json",
            },
        )
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or "null")

    def bot_requests(self) -> int:
        """How often the bot asked the API since this was last called."""
        requests = f"{self.about['url']}/_sandbox/requests"
        with urllib.request.urlopen(requests) as answer:
            count = sum(record["headers"].get("user-agent") == "mlx-bot" for record in json.load(answer))
        urllib.request.urlopen(urllib.request.Request(requests, method="DELETE")).close()
        return count

    def hook(self, url: str, events: list[str]) -> None:
        config = {"url": url, "content_type": "json", "secret": SECRET}
        self.send("POST", "/hooks", {"name": "web", "events": events, "config": config})


def start_bot(mlx: str, forge: Forge, database: Path, listen: str = "127.0.0.1:0") -> tuple[subprocess.Popen, str]:
    settings = {
        "MLX_LISTEN": listen,
        "MLX_DATABASE": str(database),
        "MLX_WEBHOOK_SECRET": SECRET,
        "MLX_GITHUB_API_URL": forge.about["api_url"],
        "MLX_GITHUB_TOKEN": forge.about["token"],
    }
    bot = subprocess.Popen([mlx, "serve"], env={**os.environ, **settings}, stderr=subprocess.PIPE, text=True)
    assert bot.stderr
    address = ""
    for line in bot.stderr:
        if "address=" in line:
            address = line.split("address=")[1].split()[0]
            break
    else:
        sys.exit("the bot did not start")
    threading.Thread(target=lambda: [None for _ in bot.stderr], daemon=True).start()
    return bot, address


def wait_for(event: str, action: str, sender: str) -> float:
    while True:
        seen = Deliveries.arrived.get(timeout=30)
        if seen[:3] == (event, action, sender):
            return seen[3]


def measure(forge: Forge, requests: int) -> list[float]:
    times = []
    for _ in range(requests):
        forge.send("POST", "/issues/1/comments", {"body": "/mlx add api-serving"})
        accepted = wait_for("issue_comment", "created", "User")
        opened = wait_for("pull_request", "opened", "Bot")
        times.append((opened - accepted) * 1000)
        wait_for("issue_comment", "created", "Bot")
        # The next request shall find nothing of this one.
        number = forge.send("GET", "/pulls?state=open")[0]["number"]
        forge.send("PATCH", f"/pulls/{number}", {"state": "closed"})
        forge.send("DELETE", "/git/refs/heads/mlx/add/api-serving")
    return times


@contextlib.contextmanager
def running(mlx: str, project: Path, events: list[str]) -> Iterator[Forge]:
    """The sandbox with the project, the bot on these events of it, and what arrived of all."""
    receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Deliveries)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    forge = Forge(mlx, project)
    bot = None
    database = project.parent / "queue.db"

    def restart_bot() -> None:
        nonlocal bot
        bot.terminate()
        bot.wait()
        bot, _ = start_bot(mlx, forge, database, address.removeprefix("http://"))

    forge.restart_bot = restart_bot
    try:
        bot, address = start_bot(mlx, forge, database)
        forge.hook(f"{address}/webhooks/github", events)
        forge.hook(f"http://127.0.0.1:{receiver.server_port}/", ["issue_comment", "pull_request"])
        yield forge
    finally:
        for process in (bot, forge.process):
            if process:
                process.terminate()
                process.wait()


def summary(times: list[float], what: str, bar: str) -> str:
    ordered = sorted(times)
    return (
        f"{what}, {len(times)} times: p50 {statistics.median(times):.1f} ms, "
        f"p95 {ordered[int(len(ordered) * 0.95) - 1]:.1f} ms, max {ordered[-1]:.1f} ms (bar: {bar})"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mlx", required=True)
    parser.add_argument("--requests", type=int, default=50)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        project = Path(directory) / "project"
        project.mkdir()
        (project / "pyproject.toml").write_text(PROJECT)
        with running(arguments.mlx, project, ["issue_comment"]) as forge:
            forge.send("POST", "/issues", {"title": "Serve it"})
            times = measure(forge, arguments.requests)
    print(summary(times, "webhook accepted to pull request opened", "p50 below 150 ms"))


if __name__ == "__main__":
    main()

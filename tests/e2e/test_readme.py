"""The four ways to run MLX, as the README has them. Its two for CI are run where its other workflows are:
test_action_story.py and test_action_gitlab_template.py."""

import re
import socket
import subprocess
from pathlib import Path

import pytest

import test_action_gitlab_template
import test_action_story
from conftest import REPOSITORY, Mlx
from story import Program, wait_for
from support.browser import Browser
from support.setup_stage import address_in, choose, code_in, register, setup_stage
from support.trees import write_files
from test_action_workflows import blocks_of

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
WAYS = ["As a bot, on GitHub and GitLab", "In GitHub Actions, without a server", "In GitLab CI, without a server", "On the command line"]


def section(title: str, level: str) -> str:
    found = re.search(rf"^{level} {re.escape(title)}\n(.*?)(?=^##|\Z)", README, flags=re.MULTILINE | re.DOTALL)
    assert found, f"the README has no section {title}"
    return found[1]


def block(title: str) -> str:
    [only] = re.findall(r"^```\w+\n(.*?)^```$", section(title, "###"), flags=re.MULTILINE | re.DOTALL)
    return str(only)


def replaced(text: str, changes: dict[str, str]) -> str:
    for before, after in changes.items():
        assert before in text, f"the README has no {before}"
        text = text.replace(before, after)
    return text


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_there_are_four_ways_and_each_is_short() -> None:
    start = README.index("\n## Run it\n")
    part = README[start : README.index("\n## ", start + 1)]
    assert re.findall(r"^### (.*)$", part, flags=re.MULTILINE) == WAYS
    for way in WAYS:
        assert len(block(way).splitlines()) <= 10, way


def test_the_bot(mlx: Mlx, tmp_path: Path) -> None:
    """From what is there to copy, by the set-up page, to an answer on an issue."""
    address = f"http://127.0.0.1:{free_port()}"
    changes = {
        "https://mlx.example.com": address,
        "mlx serve": f"exec {mlx.binary} serve",
        "127.0.0.1:8080": address.removeprefix("http://"),
        "/var/lib/mlx/mlx.db": str(tmp_path / "mlx.db"),
    }
    with setup_stage(mlx.binary, tmp_path) as stage:
        settings = {name: stage.settings[name] for name in ("MLX_REGISTRY", "MLX_GITHUB_API_URL")}
        script = replaced(block(WAYS[0]), changes)
        bot = Program(Path("/bin/sh"), "readme", ["-euc", script], tmp_path / "logs", settings)
        try:
            bot.wait_for_line("the set-up", bot.log, code_in)
            bot.wait_for_line("its address", bot.log, address_in)
            browser = Browser()
            done = register(browser, choose(browser, browser.open(address), organization="octo-team"))
            assert "The bot is set up" in done.text
            installed = browser.submit(browser.open(done.link("/installations/new")).form("/installations/new"))
            assert installed.status == 200
            issue = stage.forge.api("writer-will", "POST", "/issues", {"title": "Help"})["number"]
            stage.forge.api("writer-will", "POST", f"/issues/{issue}/comments", {"body": "/mlx help"})
            comments = f"/issues/{issue}/comments"
            answer = wait_for(
                "the answer", lambda: next((each for each in stage.forge.api("writer-will", "GET", comments) if "🚀" in each["body"]), None)
            )
            assert "/mlx add" in answer["body"]
        finally:
            bot.stop()


@pytest.mark.parametrize(
    ("way", "mark"), [(WAYS[1], test_action_story.README_MARK), (WAYS[2], test_action_gitlab_template.README_MARK)], ids=["github", "gitlab"]
)
def test_the_ways_in_ci_are_run_elsewhere(way: str, mark: str) -> None:
    """What is run there is the one block of the README that has this mark."""
    assert blocks_of(REPOSITORY / "README.md", mark) == [block(way)]


def test_the_command_line(mlx: Mlx, tmp_path: Path) -> None:
    project = tmp_path / "my-service"
    write_files(project, {"pyproject.toml": '[project]\nname = "my-service"\nversion = "0.1.0"\ndependencies = []\n'})
    first, *rest = block(WAYS[3]).splitlines()
    assert first == "make build"  # which made the program under test
    script = replaced("\n".join(rest), {"build/release/mlx": str(mlx.binary), "../my-service": str(project)})
    done = subprocess.run(["sh", "-euc", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (project / "mlx.lock").is_file()
    assert "fastapi" in (project / "pyproject.toml").read_text(encoding="utf-8")

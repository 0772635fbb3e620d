"""The container image that the Dockerfile describes: what is in it, the command line and the bot in it, and how it stops."""

import re
import socket
import stat
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from conftest import REPOSITORY, Mlx
from story import Program, request, wait_for
from support.actions import ActionForge, sandbox
from support.image import RUN, Image
from support.registries import greeting
from support.registry_server import RegistryServer, serve

LARGEST = 120_000_000
STOP_TIME = 10.0  # seconds; what engines wait before they kill


def test_it_is_small(image: Image) -> None:
    print(f"size: {image.description['size'] / 1e6:.1f} MB")
    assert image.description["size"] <= LARGEST


def test_it_says_how_it_is_run(image: Image) -> None:
    config = image.config
    assert config["Entrypoint"] == ["mlx"]
    assert config["User"] == "1001:1001"
    assert config["StopSignal"] == "SIGTERM"
    assert config["Healthcheck"]["Test"] == ["CMD", "mlx", "serve", "--health"]
    assert list(config["Volumes"]) == ["/data"]
    assert list(config["ExposedPorts"]) == ["8080/tcp"]
    labels = {name.removeprefix("org.opencontainers.image."): value for name, value in config["Labels"].items()}
    assert {"title", "description", "documentation", "version"} <= set(labels)
    [version] = re.findall(r"^project\(mlx VERSION (\S+) ", (REPOSITORY / "CMakeLists.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert labels["version"] == version
    assert (REPOSITORY / labels["documentation"]).exists()


def test_its_base_is_pinned() -> None:
    text = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")
    bases = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert bases == ["${DEBIAN}", "${DEBIAN}", "scratch"]
    assert re.search(r"^ARG DEBIAN=\S+:bookworm-\d{8}-slim$", text, re.MULTILINE)


def test_it_has_few_programs_and_none_that_raises_rights(image: Image) -> None:
    programs = []
    for path in image.root.rglob("*"):
        mode = path.lstat().st_mode
        if not stat.S_ISREG(mode):
            continue
        assert not mode & (stat.S_ISUID | stat.S_ISGID), path
        if mode & stat.S_IXUSR and ".so" not in path.name:
            programs.append(str(path.relative_to(image.root)))
    assert sorted(programs) == ["bin/busybox", "usr/local/bin/mlx"]


def test_only_its_own_places_are_its_user_s(image: Image) -> None:
    owned = [path for path in image.root.rglob("*") if path.lstat().st_uid != 0]
    assert sorted(str(path.relative_to(image.root)) for path in owned) == ["data", "project"]


def test_every_library_comes_with_its_licence(image: Image) -> None:
    libraries = [path for path in image.root.rglob("*") if re.search(r"\.so(\.|$)", path.name)]
    licences = [path.parent.name for path in image.root.glob("usr/share/doc/*/copyright")]
    assert len(libraries) > 10
    for package in ("busybox-static", "ca-certificates", "libc6", "libgit2-1.5", "libssl3", "libstdc++6"):
        assert package in licences


def test_the_catalogue_is_there(image: Image, mlx: Mlx) -> None:
    done = image.run("list", "--json")
    assert done.status == 0, str(done)
    assert done.output == mlx("list", "--json").output


def test_a_component_is_added_to_a_project_of_another_user(image: Image, project: Path) -> None:
    owner = project.stat().st_uid
    done = image.run("add", "api-serving", options=[f"--volume={project}:/project", f"--user={owner}"])
    assert done.status == 0, str(done)
    assert (project / "mlx.lock").stat().st_uid == owner


def test_a_job_of_gitlab_finds_its_shell_and_the_program(image: Image, project: Path) -> None:
    """Its runner takes the entry point away, and gives a script to `sh`."""
    script = 'set -eo pipefail; export CI=true; mkdir -p out; mlx list | grep api-serving >out/list; cat out/list; id -u; rm -r out'
    options = ["--entrypoint=", f"--volume={project}:/builds", "--workdir=/builds", f"--owned={project}"]
    done = image.run("sh", "-c", script, options=options)
    assert done.status == 0, str(done)
    assert "api-serving" in done.output and done.output.splitlines()[-1] == "1001"


def test_nothing_but_its_places_can_be_written(image: Image, project: Path) -> None:
    """Not even by root."""
    done = image.run("add", "cli", options=[f"--volume={project}:/project:ro", "--user=0"])
    assert done.status != 0 and "Read-only file system" in done.errors, str(done)


@pytest.mark.parametrize("place", ["Europe/Berlin", "America/New_York", "UTC"])
def test_time_zones_are_there(image: Image, place: str) -> None:
    assert (image.root / "usr/share/zoneinfo" / place).read_bytes().startswith(b"TZif")


# Certificates.


@pytest.fixture
def https(tmp_path: Path) -> Iterator[RegistryServer]:
    """A registry behind a certificate that nobody knows."""
    with serve(tmp_path) as server:
        server.put_registry(greeting())
        yield server


def test_the_usual_authorities_are_known(image: Image) -> None:
    [name] = [value for name, _, value in (each.partition("=") for each in image.config["Env"]) if name == "SSL_CERT_FILE"]
    assert (image.root / name.lstrip("/")).read_text(encoding="ascii").count("BEGIN CERTIFICATE") > 100


def test_a_certificate_of_an_unknown_authority_is_refused(image: Image, https: RegistryServer) -> None:
    done = image.run("list", "--registry", https.url("/r/registry.json"))
    assert done.status != 0 and "certificate" in done.errors, str(done)


@pytest.mark.parametrize("how", ["variable", "mounted over the usual ones"])
def test_an_authority_of_one_s_own_is_taken(image: Image, https: RegistryServer, how: str) -> None:
    certificate = https.certificate
    certificate.chmod(0o644)
    if how == "variable":
        options, variables = [f"--volume={certificate}:/own.pem:ro"], {"MLX_CA_FILE": "/own.pem"}
    else:
        options, variables = [f"--volume={certificate}:/etc/ssl/certs/ca-certificates.crt:ro"], {}
    done = image.run("list", "--registry", https.url("/r/registry.json"), options=options, variables=variables)
    assert done.status == 0 and "greeting" in done.output, str(done)


# The bot.


@dataclass
class Bot:
    program: Program
    address: str
    variables: dict[str, str]
    data: Path

    def stop(self) -> tuple[int, float]:
        """Its status, and how long it took."""
        begin = time.monotonic()
        self.program._process.terminate()
        status = self.program._process.wait(2 * STOP_TIME)
        return status, time.monotonic() - begin


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def bot(image: Image, forge: ActionForge, directory: Path, **more: str) -> Iterator[Bot]:
    data = directory / "data"
    data.mkdir(exist_ok=True)
    port = free_port()
    variables = {
        "MLX_LISTEN": f"0.0.0.0:{port}",
        "MLX_WEBHOOK_SECRET": forge.description["webhook"]["secret"],
        "MLX_GITHUB_API_URL": forge.description["api_url"],
        "MLX_GITHUB_APP_ID": str(forge.description["app"]["id"]),
        # As a file of settings has it, for there a value is one line.
        "MLX_GITHUB_PRIVATE_KEY": forge.description["app"]["private_key"].replace("\n", "\\n"),
    } | more
    arguments = [f"--volume={data}:/data", f"--owned={data}", *image.options(variables), "serve"]
    program = Program(RUN, "serve", arguments, directory, {})
    try:
        program.wait_for_line("the bot's address", program.log, lambda line: line if "listening address=" in line else None)
        yield Bot(program, f"http://127.0.0.1:{port}", variables, data)
    finally:
        program.stop()


@pytest.fixture
def forge(mlx: Mlx, project: Path, tmp_path: Path) -> Iterator[ActionForge]:
    with sandbox(mlx.binary, project, tmp_path) as started:
        yield started


def is_healthy(image: Image, bot: Bot) -> bool:
    """What the engine finds that runs the image's health check."""
    entry, command = image.config["Entrypoint"], image.config["Healthcheck"]["Test"][1:]
    assert command[: len(entry)] == entry
    return image.run(*command[len(entry) :], variables=bot.variables).status == 0


def watch(forge: ActionForge, bot: Bot) -> None:
    secret = forge.description["webhook"]["secret"]
    config = {"url": f"{bot.address}/webhooks/github", "content_type": "json", "secret": secret}
    forge.api("octocat", "POST", "/hooks", {"name": "web", "active": True, "events": ["issue_comment"], "config": config})


def comment(forge: ActionForge, body: str) -> int:
    """The number of the issue with a comment."""
    number = int(forge.api("writer-will", "POST", "/issues", {"title": "Wanted"})["number"])
    forge.api("writer-will", "POST", f"/issues/{number}/comments", {"body": body})
    return number


def answer(bot: Bot, path: str) -> str:
    """What it answers with success; the machine's proxies have nothing to do with it."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(bot.address + path) as response:
        return str(response.read().decode())


def is_answered(bot: Bot, path: str) -> bool:
    return answer(bot, path) != ""


def jobs(bot: Bot, state: str) -> int:
    [count] = re.findall(rf'^mlx_queue_jobs\{{state="{state}"\}} (\d+)$', answer(bot, "/metrics"), re.MULTILINE)
    return int(count)


def test_the_bot_answers_is_healthy_and_stops(image: Image, forge: ActionForge, tmp_path: Path) -> None:
    with bot(image, forge, tmp_path) as started:
        assert is_healthy(image, started)
        watch(forge, started)
        number = comment(forge, "/mlx list")
        [reply] = wait_for("the bot's reply", lambda: forge.comments(number) or None)
        assert "api-serving" in reply["body"]
        status, seconds = started.stop()
        assert status == 0 and seconds < STOP_TIME, started.program.log_tail()
        assert not is_healthy(image, started)
    assert (started.data / "mlx.db").exists()


def test_a_job_that_does_not_end_does_not_hold_it_up_and_is_kept(image: Image, forge: ActionForge, tmp_path: Path) -> None:
    silence = {"method": "*", "path": "/reactions", "when": "silence", "times": 1}
    request("POST", f"{forge.description['url']}/_sandbox/faults", body=silence)
    with bot(image, forge, tmp_path) as started:
        watch(forge, started)
        comment(forge, "/mlx list")
        wait_for("the job", lambda: jobs(started, "running") or None)
        status, seconds = started.stop()
        assert seconds < STOP_TIME, f"{seconds:.1f} s"
        assert status == 0, started.program.log_tail()
    with bot(image, forge, tmp_path) as again:
        # Nobody else may have it before its lease of a minute has run out.
        assert jobs(again, "waiting") + jobs(again, "running") == 1


def test_a_setting_that_cannot_work_ends_it_at_once(image: Image) -> None:
    done = image.run("serve", variables={"MLX_WEBHOOK_SECRET": "short"})
    assert done.status == 2 and "MLX_WEBHOOK_SECRET" in done.errors, str(done)


def test_what_runs_is_the_user_without_rights(image: Image, forge: ActionForge, tmp_path: Path) -> None:
    with bot(image, forge, tmp_path) as started:
        [process] = children(started.program._process.pid)
        status = dict(line.split(":\t", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines() if ":\t" in line)
        assert status["Uid"].split() == ["1001"] * 4
        assert status["Groups"].split() == []
        assert int(status["CapEff"], 16) == 0
        assert status["NSpid"].split()[-1] == "1"


def children(process: int) -> list[int]:
    listed = subprocess.run(["pgrep", "--parent", str(process)], capture_output=True, text=True, check=False)
    return [int(each) for each in listed.stdout.split()]

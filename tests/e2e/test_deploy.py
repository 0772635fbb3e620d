"""What docs/deploy offers is what its readers take: compose, Kubernetes, systemd, and each command of its README."""

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from conftest import REPOSITORY
from support.actions import ActionForge
from support.commands import Finished, environment, run, succeed
from support.image import Image
from test_container import bot, forge, is_answered  # noqa: F401 (a fixture)

DEPLOY = REPOSITORY / "docs/deploy"
LINT = REPOSITORY / "build/action-lint/bin"
COMPOSE = REPOSITORY / "compose.yaml"
MANIFEST = DEPLOY / "kubernetes.yaml"
UNIT = DEPLOY / "mlx.service"
LEAST_PROTECTION = 20  # tenths; systemd's exposure level, from 0 (none) to 100
READ_YAML = (
    "import json, ruamel.yaml, sys; json.dump(list(ruamel.yaml.YAML(typ='safe', pure=True).load_all(sys.stdin)), sys.stdout)"
)


def read_yaml(path: Path) -> list[Any]:
    done = run(LINT / "python", "-c", READ_YAML, stdin=path.read_text(encoding="utf-8"))
    assert done.status == 0, str(done)
    return list(json.loads(done.output))


def changed(path: Path, directory: Path, old: str, new: str) -> Path:
    text = path.read_text(encoding="utf-8")
    assert old in text
    copy = directory / path.name
    copy.write_text(text.replace(old, new), encoding="utf-8")
    return copy


# Compose.


def check_compose(path: Path) -> Finished:
    return run(LINT / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", path)


def test_the_compose_file_is_what_its_schema_says(tmp_path: Path) -> None:
    done = check_compose(COMPOSE)
    assert done.status == 0, str(done)
    assert check_compose(changed(COMPOSE, tmp_path, "read_only: true", "read_only: [1]")).status != 0
    assert check_compose(changed(COMPOSE, tmp_path, "cap_drop:", "cap_dropped:")).status != 0


def test_the_compose_file_fits_the_image(image: Image) -> None:
    [compose] = read_yaml(COMPOSE)
    service = compose["services"]["bot"]
    assert service["read_only"] and service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert [volume.split(":")[1] for volume in service["volumes"]] == list(image.config["Volumes"])
    assert [f"{port.split(':')[-1]}/tcp" for port in service["ports"]] == list(image.config["ExposedPorts"])
    # Reachable from this machine alone: TLS ends at a proxy.
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert service["command"] == "serve"


# Kubernetes.


def check_manifest(path: Path) -> Finished:
    return run(LINT / "kubernetes-validate", "--strict", path)


def test_the_manifest_is_what_the_schemas_of_kubernetes_say(tmp_path: Path) -> None:
    done = check_manifest(MANIFEST)
    assert done.status == 0, str(done)
    assert check_manifest(changed(MANIFEST, tmp_path, "replicas: 1", "replicas: one")).status != 0
    assert check_manifest(changed(MANIFEST, tmp_path, "readOnlyRootFilesystem:", "readOnlyRootFileSystem:")).status != 0


def test_the_manifest_fits_the_image_and_itself(image: Image) -> None:
    claim, deployment, service = read_yaml(MANIFEST)
    pod = deployment["spec"]["template"]
    [container] = pod["spec"]["containers"]
    user, _, group = image.config["User"].partition(":")
    security = pod["spec"]["securityContext"]
    assert (security["runAsUser"], security["runAsGroup"]) == (int(user), int(group))
    assert container["args"] == ["serve"]
    [port] = container["ports"]
    assert f"{port['containerPort']}/tcp" in image.config["ExposedPorts"]
    assert {mount["mountPath"] for mount in container["volumeMounts"]} == {"/data", "/tmp"}
    assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in pod["spec"]["volumes"]}
    assert pod["spec"]["volumes"][0]["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]
    labels = pod["metadata"]["labels"]
    assert deployment["spec"]["selector"]["matchLabels"] == labels == service["spec"]["selector"]
    assert service["spec"]["ports"][0]["targetPort"] == port["name"]
    # More than the bot takes to end, or it is killed while it does.
    assert pod["spec"]["terminationGracePeriodSeconds"] >= 10


def test_the_probes_of_the_manifest_are_answered(image: Image, forge: ActionForge, tmp_path: Path) -> None:  # noqa: F811
    [container] = read_yaml(MANIFEST)[1]["spec"]["template"]["spec"]["containers"]
    with bot(image, forge, tmp_path) as started:
        for probe in ("livenessProbe", "readinessProbe"):
            assert is_answered(started, container[probe]["httpGet"]["path"])


# systemd.


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root directory with the program, and the units that come with systemd."""
    root = tmp_path_factory.mktemp("machine")
    shutil.copytree("/lib/systemd/system", root / "lib/systemd/system", symlinks=True)
    [command] = [line.removeprefix("sudo ") for line in commands() if "cmake --install" in line]
    succeed("sh", "-c", command, directory=REPOSITORY, settings={"DESTDIR": str(root)})
    (root / "etc/systemd/system").mkdir(parents=True)
    return root


def verify(machine: Path, unit: Path) -> Finished:
    shutil.copy(unit, machine / "etc/systemd/system/mlx.service")
    return run("systemd-analyze", "verify", "--man=no", f"--root={machine}", "mlx.service")


def test_the_unit_is_what_systemd_takes(machine: Path, tmp_path: Path) -> None:
    done = verify(machine, UNIT)
    assert (done.status, done.output, done.errors) == (0, "", ""), str(done)
    for old, new in (("ExecStart=/usr/local/bin/mlx", "ExecStart=/usr/local/bin/mxl"), ("StateDirectory=", "StateDir=")):
        assert verify(machine, changed(UNIT, tmp_path, old, new)).errors != ""


def test_the_unit_gives_the_bot_little() -> None:
    done = run("systemd-analyze", "security", "--offline=true", f"--threshold={LEAST_PROTECTION}", UNIT)
    assert done.status == 0, str(done)


def test_what_the_unit_starts_reads_the_settings_that_systemd_hands_it(machine: Path, tmp_path: Path) -> None:
    text = UNIT.read_text(encoding="utf-8")
    [start] = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
    [(name, source)] = re.findall(r"^LoadCredential=([^:]+):(.*)$", text, re.MULTILINE)
    assert source == "/etc/mlx/mlx.env"
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / name).write_text("MLX_WEBHOOK_SECRET=short\n", encoding="utf-8")
    words = start.replace("%d", str(credentials)).split()
    done = run(machine / words[0].lstrip("/"), *words[1:], settings={"MLX_DATABASE": str(tmp_path / "mlx.db")})
    assert done.status == 2 and "MLX_WEBHOOK_SECRET" in done.errors, str(done)


# The README.


def commands() -> list[str]:
    text = (DEPLOY / "README.md").read_text(encoding="utf-8")
    return [line for block in re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL) for line in block.splitlines()]


@pytest.fixture
def engine(image: Image, tmp_path: Path) -> Path:
    """A directory with a `docker` that does with tools/image-run what the real one would."""
    script = f"""#!/bin/sh
[ "$1" = run ] && [ "$2" = --rm ] || exit 64
shift 2
options=
while [ "$1" != mlx ]; do
  case $1 in
    -v) options="$options --volume=$2"; shift 2 ;;
    --user) options="$options --user=$2"; shift 2 ;;
    *) exit 64 ;;
  esac
done
shift
exec {REPOSITORY}/tools/image-run $options "$@"
"""
    program = tmp_path / "engine/docker"
    program.parent.mkdir()
    program.write_text(script, encoding="utf-8")
    program.chmod(0o755)
    return program.parent


def docker(engine: Path, command: str, directory: Path) -> Finished:
    return run("sh", "-c", command, directory=directory, settings={"PATH": f"{engine}{os.pathsep}{environment()['PATH']}"})


def test_the_command_line_of_the_readme_works(engine: Path, project: Path) -> None:
    [command] = [line for line in commands() if line.startswith("docker run")]
    done = docker(engine, command, project)
    assert done.status == 0, str(done)
    assert (project / "mlx.lock").stat().st_uid == os.getuid()


def test_the_comment_of_the_dockerfile_works(engine: Path, project: Path) -> None:
    [command] = re.findall(r"`(docker run [^`]+)`", (REPOSITORY / "Dockerfile").read_text(encoding="utf-8"))
    done = docker(engine, command, project)
    assert done.status == 0 and "api-serving" in done.output, str(done)


def test_settings_in_a_file_are_understood_as_written(image: Image, forge: ActionForge, tmp_path: Path) -> None:  # noqa: F811
    """As Docker, Kubernetes and the unit hand them on: each line as it is, with `\\n` in a key."""
    text = (DEPLOY / "README.md").read_text(encoding="utf-8")
    [block] = re.findall(r"^```\n(MLX_.*?)^```$", text, re.MULTILINE | re.DOTALL)
    settings = dict(line.split("=", 1) for line in block.splitlines())
    key = forge.description["app"]["private_key"]
    written = settings["MLX_GITHUB_PRIVATE_KEY"]
    begin, end = written.split("…")
    lines = key.strip().splitlines()
    settings["MLX_GITHUB_PRIVATE_KEY"] = "\\n".join([begin.removesuffix("\\n"), *lines[1:-1], end.removeprefix("\\n")])
    with bot(image, forge, tmp_path, **settings) as started:
        assert is_answered(started, "/readyz")


def test_the_copy_of_the_queue_is_one(image: Image, forge: ActionForge, tmp_path: Path) -> None:  # noqa: F811
    [command] = [line for line in commands() if line.startswith("sqlite3")]
    with bot(image, forge, tmp_path) as started:
        succeed("sh", "-c", command, directory=started.data)
        assert "jobs" in succeed("sqlite3", started.data / "copy.db", ".tables")


def test_files_that_the_readme_names_are_there() -> None:
    text = (DEPLOY / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)", text)
    assert len(links) >= 4
    for link in links:
        assert (DEPLOY / link).exists(), link
    for line in commands():
        for name in re.findall(r"(?:-f |644 )(docs/\S+)", line):
            assert (REPOSITORY / name).exists(), line
    assert "deploy/README.md" in (REPOSITORY / "docs/operation.md").read_text(encoding="utf-8")

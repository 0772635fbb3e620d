"""`mlx mcp` as a process: bytes in, lines out. The official client is in tests/contract/mcp.test.mjs."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from conftest import Mlx
from support.commands import environment
from support.registries import greeting, write_registry
from support.trees import read_tree, write_files

Json = dict[str, Any]
INTRODUCTION: Json = {
    "jsonrpc": "2.0",
    "id": "hello",
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}


def call(tool: str, *, id: int = 1, **arguments: Any) -> Json:
    return {"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}


class Session:
    """A server that got these lines and then the end of its input."""

    def __init__(self, mlx: Mlx, project: Path, *lines: Json | bytes, options: tuple[str, ...] = (), last_end: bytes = b"\n"):
        sent = [json.dumps(line).encode() if isinstance(line, dict) else line for line in (INTRODUCTION, *lines)]
        command = [mlx.binary, "mcp", "-C", project, *options]
        done = subprocess.run(
            command, input=b"\n".join(sent) + last_end, capture_output=True, check=False, timeout=60, env=environment({"HOME": str(project.parent / "home")})
        )
        self.status = done.returncode
        self.errors = done.stderr.decode()
        self.output = done.stdout
        assert done.stdout.endswith(b"\n"), "the last line is whole"
        self.messages: list[Json] = [json.loads(line) for line in done.stdout.decode().splitlines()]
        for message in self.messages:
            assert message["jsonrpc"] == "2.0", "nothing but the protocol is on standard output"

    def answer(self, id: int | str | None) -> Json:
        [only] = [message for message in self.messages if message.get("id") == id]
        return only

    def result(self, id: int = 1) -> Json:
        result: Json = self.answer(id)["result"]
        return result


def test_answers_what_was_asked_and_ends_with_its_input(mlx: Mlx, project: Path) -> None:
    session = Session(mlx, project, call("status"), call("list", id=2), call("check", id=3))
    assert (session.status, session.errors) == (0, "")
    assert [message["id"] for message in session.messages] == ["hello", 1, 2, 3]
    assert not session.result()["isError"]


def test_the_last_line_needs_no_end(mlx: Mlx, project: Path) -> None:
    assert not Session(mlx, project, call("status"), last_end=b"").result()["isError"]


def test_ends_without_any_input(mlx: Mlx, project: Path) -> None:
    done = subprocess.run([mlx.binary, "mcp", "-C", project], stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"Content-Length: 20", -32700),
        (b"\xff\xfe\x00", -32700),
        (b'{"jsonrpc":"2.0","id":1,"method":"\xc3"}', -32700),
        (b"[" * 100_000, -32700),
        (b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":"' + b"y" * (5 << 20) + b'"}}', -32600),
        (b'[{"jsonrpc":"2.0","id":1,"method":"ping"}]', -32600),
        (b"{}", -32600),
        (b"7", -32600),
    ],
)
def test_garbage_is_answered_and_the_session_goes_on(mlx: Mlx, project: Path, line: bytes, code: int) -> None:
    session = Session(mlx, project, line, call("status", id=2))
    assert session.status == 0
    assert session.answer(None)["error"]["code"] == code
    assert not session.result(2)["isError"]


def test_notifications_are_never_answered(mlx: Mlx, project: Path) -> None:
    lines = [json.dumps({"jsonrpc": "2.0", "method": method}).encode() for method in ("notifications/initialized", "status", "x")]
    assert [message["id"] for message in Session(mlx, project, *lines, b"", b"\r").messages] == ["hello"]


def test_a_directory_that_is_not_there(mlx: Mlx, tmp_path: Path) -> None:
    done = mlx("mcp", "-C", tmp_path / "nothing")
    assert (done.status, done.output) == (2, "")
    assert "nothing" in done.errors


def test_writes_nothing_unless_it_may_and_is_asked(mlx: Mlx, project: Path) -> None:
    before = read_tree(project)
    calls = [call("add", id=1, components=["plugin-registry"]), call("add", id=2, components=["plugin-registry"], apply=True)]
    session = Session(mlx, project, *calls)
    assert session.result(1)["structuredContent"]["applied"] is False
    assert session.result(2)["isError"]
    assert read_tree(project) == before
    session = Session(mlx, project, calls[0], options=("--write",))
    assert session.result(1)["structuredContent"]["applied"] is False
    assert read_tree(project) == before
    session = Session(mlx, project, calls[1], options=("--write",))
    assert session.result(2)["structuredContent"]["applied"] is True
    assert (project / "mlx.lock").is_file()


@pytest.mark.parametrize("name", ["../registry/greeting", "/etc/passwd", "@../x/y", "@acme/greeting", "file:///etc/passwd", "a\nb", "\u001b[31m"])
def test_names_lead_nowhere_but_into_the_registries(mlx: Mlx, project: Path, registry: Path, name: str) -> None:
    before = read_tree(project.parent)
    calls = [
        call("info", id=1, component=name),
        call("add", id=2, components=[name], apply=True),
        call("check", id=3, components=[name]),
    ]
    session = Session(mlx, project, *calls, options=("--write", "--registry", str(registry)))
    assert session.status == 0
    assert all(session.result(id)["isError"] for id in (1, 2, 3)), session.messages
    after = {path: text for path, text in read_tree(project.parent).items() if not path.startswith("home/")}
    assert after == before


def test_links_that_lead_out_are_not_followed(mlx: Mlx, project: Path) -> None:
    outside = project.parent / "outside"
    write_files(outside, {"secret.py": 'import os\n\nTOKEN = os.environ["SECRET_TOKEN"]\n', "lock.json": "{}"})
    (project / "src/linked.py").symlink_to(outside / "secret.py")
    (project / "src/linked").symlink_to(outside)
    (project / "mlx.lock").symlink_to(outside / "lock.json")
    calls = [call(tool, id=id) for id, tool in enumerate(["status", "check", "recommend", "list"])]
    session = Session(mlx, project, *calls, call("add", id=9, components=["plugin-registry"], apply=True), options=("--write",))
    assert b"SECRET_TOKEN" not in session.output
    assert session.result(9)["isError"]
    assert (outside / "lock.json").read_text(encoding="utf-8") == "{}"


def test_what_the_registries_say_is_told_to_the_model_too(mlx: Mlx, project: Path, tmp_path: Path) -> None:
    acme = write_registry(tmp_path / "acme", greeting())
    write_files(acme, {"greeting/component.json": "{}"})
    write_files(project, {"mlx.toml": f'[registries]\nacme = "{acme}"\n'})
    session = Session(mlx, project, call("list"))
    result = session.result()
    assert "api-serving" in result["content"][0]["text"]
    assert "greeting" in result["content"][1]["text"]
    assert "greeting" in session.errors


def test_bytes_of_the_project_that_are_no_utf8(mlx: Mlx, project: Path) -> None:
    (project / ".env.example").write_bytes("# gr\xfc\xdfe\n".encode("latin-1"))
    session = Session(mlx, project, call("add", components=["config-management"]))
    assert "gr\ufffd\ufffde" in session.result()["structuredContent"]["diff"]


def test_a_client_that_goes_away(mlx: Mlx, project: Path) -> None:
    """Nobody reads any more: the server ends all the same, with what it was asked to write written."""
    with subprocess.Popen([mlx.binary, "mcp", "-C", project, "--write"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdin and server.stdout
        server.stdout.close()
        for line in (INTRODUCTION, call("add", components=["plugin-registry"], apply=True)):
            server.stdin.write(json.dumps(line).encode() + b"\n")
        server.stdin.close()
        assert server.wait(timeout=60) == 0
    assert (project / "mlx.lock").is_file()

"""`mlx mcp` as a process: bytes in, lines out. The official client is in tests/contract/mcp.test.mjs."""

import json
import os
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


def talk_to(mlx: Mlx, project: Path, redirection: str, *lines: Json) -> subprocess.CompletedProcess[bytes]:
    """A server whose descriptors a shell has redirected."""
    sent = "".join(json.dumps(line) + "\n" for line in (INTRODUCTION, *lines)).encode()
    command = ["sh", "-c", f'exec "$0" mcp -C "$1" {redirection}', mlx.binary, project]
    return subprocess.run(command, input=sent, capture_output=True, check=False, timeout=60, env=environment({"HOME": str(project.parent / "home")}))


@pytest.mark.parametrize("redirection", ["2>/dev/full", "2>&-", "2>/dev/null"])
def test_remarks_that_cannot_be_said_do_not_end_the_session(mlx: Mlx, project: Path, redirection: str) -> None:
    done = talk_to(mlx, project, redirection, call("info", component="nothing"), call("status", id=2))
    assert done.returncode == 0
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == ["hello", 1, 2]
    assert answers[1]["result"]["isError"]


def test_standard_error_that_nobody_reads(mlx: Mlx, project: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    sent = b"".join(json.dumps(line).encode() + b"\n" for line in (INTRODUCTION, call("info", component="nothing"), call("status", id=2)))
    done = subprocess.run([mlx.binary, "mcp", "-C", project], input=sent, stdout=subprocess.PIPE, stderr=writer, check=False, timeout=60)
    os.close(writer)
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 3)


def test_remarks_are_printable(mlx: Mlx, project: Path) -> None:
    session = Session(mlx, project, call("info", component="a\u001b[31m\nmlx: fine"))
    assert session.result()["isError"]
    assert session.errors.count("\n") == 1
    assert "\u001b" not in session.errors


def test_all_descriptors_but_the_output_closed(mlx: Mlx, project: Path) -> None:
    done = talk_to(mlx, project, "<&- 2>&-")
    assert (done.returncode, done.stdout) == (0, b"")


def test_descriptors_that_do_not_block(mlx: Mlx, project: Path) -> None:
    """What a client reads slowly comes whole, and a pause of its own is not the end of its input."""
    server_input, to_server = os.pipe()
    from_server, server_output = os.pipe()
    os.set_blocking(server_input, False)
    os.set_blocking(server_output, False)
    with subprocess.Popen([mlx.binary, "mcp", "-C", project], stdin=server_input, stdout=server_output) as server:
        os.close(server_input)
        os.close(server_output)
        with os.fdopen(to_server, "wb", buffering=0) as sending, os.fdopen(from_server, "rb") as answers:
            sending.write(json.dumps(INTRODUCTION).encode() + b"\n")
            assert json.loads(answers.readline())["id"] == "hello"
            lists = [json.dumps({"jsonrpc": "2.0", "id": id, "method": "tools/list"}).encode() + b"\n" for id in range(20)]
            sending.write(b"".join(lists))
            sending.close()
            assert [json.loads(line)["id"] for line in answers] == list(range(20))
        assert server.wait(timeout=60) == 0


def test_a_batch_of_very_many_values_is_refused_at_once(mlx: Mlx, project: Path) -> None:
    introduction = json.loads(json.dumps(INTRODUCTION))
    introduction["params"]["protocolVersion"] = "2025-03-26"
    lines = [json.dumps(introduction).encode(), b"[" + b",".join([b"1"] * 2_000_000) + b"]", b""]
    done = subprocess.run([mlx.binary, "mcp", "-C", project], input=b"\n".join(lines), capture_output=True, check=False, timeout=60)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert answers[1]["error"]["code"] == -32600
    assert (done.returncode, len(answers), len(done.stdout) < 10_000) == (0, 2, True)

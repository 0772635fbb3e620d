"""`mlx registry serve` from outside: what it answers to whom, and what `mlx add` makes of it."""

import http.client
import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from conftest import PYPROJECT, REPOSITORY, Mlx
from support.registries import Component, greeting, write_registry
from support.services import registry_server
from support.trees import difference, read_tree, write_files

PLATFORM = REPOSITORY / "examples/ml-platform"
INDEX = "/r/registry.json"
REQUESTS, CLIENTS = 4000, 16


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """A connection that is kept."""

    def __init__(self, url: str):
        self.connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=20)

    def __call__(self, path: str, method: str = "GET", **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(method, path, headers=named)
        response = self.connection.getresponse()
        return Answer(response.status, response.headers, response.read())


@pytest.fixture
def catalogue(mlx: Mlx, tmp_path: Path) -> Path:
    base = Component("base", {"src/base.py": "BASE = 1\n", "src/empty.py": ""})
    top = Component("top", {"src/top.py": 'TOP = "\u00e4"\n'}, components={"base": "^1.0"})
    registry = write_registry(tmp_path / "catalogue", base, top, greeting())
    assert mlx("registry", "build", registry).status == 0
    return registry


@pytest.fixture
def url(mlx: Mlx, catalogue: Path) -> Iterator[str]:
    with registry_server(mlx.binary, catalogue) as address:
        yield address


@pytest.fixture
def get(url: str) -> Client:
    return Client(url)


def test_what_is_served(get: Client, url: str, catalogue: Path) -> None:
    for path in ("/registry.json", INDEX, "/r/top.json", "/r/top@1.0.0.json", "/r/top%401.0.0.json", "/r/top.json?x=1"):
        answer = get(path)
        assert answer.status == 200, path
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers["Cache-Control"] == "no-cache"
    assert get("/r/top.json").json["registryDependencies"] == [f"{url}/r/base.json"]
    assert [item["registryDependencies"] for item in get(INDEX).json["items"]] == [[], [], [f"{url}/r/base.json"]]
    on_disk = json.loads((catalogue / "r/top.json").read_text(encoding="utf-8"))
    assert get("/r/top.json").json == on_disk | {"registryDependencies": [f"{url}/r/base.json"]}


def test_items_are_named_by_the_address_that_the_client_uses(get: Client, url: str) -> None:
    named = get("/r/top.json", Host="registry.example:8080").json["registryDependencies"]
    assert named == ["http://registry.example:8080/r/base.json"]
    for host in ("evil.example/x", 'a"b', "a b", "x" * 300):
        assert get("/r/top.json", Host=host).json["registryDependencies"] == [f"{url}/r/base.json"], host


def test_head(get: Client) -> None:
    whole, head = get(INDEX), get(INDEX, "HEAD")
    assert (head.status, head.body) == (200, b"")
    for name in ("Content-Length", "Content-Type", "ETag"):
        assert head.headers[name] == whole.headers[name]
    assert get("/r/absent.json", "HEAD").status == 404
    assert get(INDEX, "HEAD", If_None_Match=whole.headers["ETag"]).status == 304


def test_conditional_requests(get: Client, catalogue: Path) -> None:
    etag = get(INDEX).headers["ETag"]
    assert etag.startswith('"')
    for sent in (etag, f"W/{etag}", f'"other", {etag}', f'"a",W/{etag} , "b"', "*"):
        answer = get(INDEX, If_None_Match=sent)
        assert (answer.status, answer.body, answer.headers["ETag"]) == (304, b"", etag), sent
    for sent in ('"other"', etag.strip('"'), etag[:-1], "", ",", '"'):
        assert get(INDEX, If_None_Match=sent).status == 200, sent
    assert get("/r/absent.json", If_None_Match="*").status == 404
    assert get("/r/base.json").headers["ETag"] != get("/r/top.json").headers["ETag"]
    # Neither a part nor a packed form of it.
    assert get(INDEX, Range="bytes=0-3", Accept_Encoding="gzip").body == get(INDEX).body
    write_files(catalogue, {"r/registry.json": (catalogue / "r/registry.json").read_bytes() + b"\n"})
    assert get(INDEX, If_None_Match=etag).status == 304, "the same JSON"
    index = json.loads((catalogue / "r/registry.json").read_bytes()) | {"homepage": "https://acme.example"}
    write_files(catalogue, {"r/registry.json": json.dumps(index)})
    changed = get(INDEX, If_None_Match=etag)
    assert (changed.status, changed.json["homepage"]) == (200, "https://acme.example")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods(url: str, catalogue: Path, method: str) -> None:
    before = read_tree(catalogue)
    for path in (INDEX, "/r/absent.json"):
        answer = Client(url)(path, method)
        assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")
        assert "only read" in answer.json["error"]
    assert read_tree(catalogue) == before


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/r",
        "/r/",
        "/r/.json",
        "/r/absent.json",
        "/r/top",
        "/r/top.JSON",
        "/top/component.json",
        "/top/templates/0.txt",
        "/r/../registry.json",
        "/r/%2e%2e/registry.json",
        "/r/..%2fregistry.json",
        "/r/..%2f..%2fsecret.json",
        "/r/%2e%2e%2f%2e%2e%2fsecret.json",
        "/r/..\\..\\secret.json",
        "/r/....//secret.json",
        "//r/registry.json",
        "/r//registry.json",
        "/r/./registry.json",
        "/r/registry.json%00.json",
        "/r/%00.json",
        "/r/%ff.json",
        "/r/" + "x" * 5000 + ".json",
        "/r/" + "a/" * 3000 + "x.json",
        "/r/link.json",
        "/r/linked/secret.json",
        "/r/directory.json",
    ],
)
def test_nothing_else_is_served(get: Client, catalogue: Path, path: str) -> None:
    secret = catalogue.parent / "secret.json"
    write_files(catalogue.parent, {"secret.json": '{"secret": 1}'})
    (catalogue / "r/link.json").symlink_to(secret)
    (catalogue / "r/linked").symlink_to(catalogue.parent)
    (catalogue / "r/directory.json").mkdir()
    answer = get(path)
    assert answer.status in (404, 400, 414), path
    assert "error" in answer.json
    assert b"secret" not in answer.body
    assert str(catalogue).encode() not in answer.body
    assert Client(f"http://{get.connection.host}:{get.connection.port}")(INDEX).status == 200


def raw(url: str, request: bytes) -> bytes:
    """All that comes until the server closes, or has nothing more to say."""
    host, port = url.removeprefix("http://").rsplit(":", 1)
    received = b""
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        while part := connection.recv(65536):
            received += part
    return received


@pytest.mark.parametrize("head", [b"Content-Length: 35\r\n", b"Transfer-Encoding: chunked\r\n", b"Content-Length: x\r\n"])
@pytest.mark.parametrize("method", [b"GET", b"POST"])
def test_a_body_is_not_taken_for_a_request(url: str, method: bytes, head: bytes) -> None:
    hidden = b"GET /r/base.json HTTP/1.1\r\nHost: x\r\n\r\n"
    answer = raw(url, method + b" /r/top.json HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n" + hidden)
    assert answer.count(b"HTTP/1.1 ") == 1, answer
    assert answer.split(b" ")[1] in (b"400", b"405")
    assert b"Connection: close" in answer


@pytest.mark.parametrize("request_", [b"", b"\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00", b"G" * 100_000])
def test_what_is_no_request_hurts_nobody(url: str, request_: bytes) -> None:
    raw(url, request_)
    assert Client(url)(INDEX).status == 200


def test_many_requests(url: str) -> None:
    paths = ["/registry.json", INDEX, "/r/top.json", "/r/base.json", "/r/greeting@1.0.0.json", "/r/absent.json"]
    expected = {path: Client(url)(path) for path in paths}

    def ask(first: int) -> int:
        client = Client(url)
        for number in range(first, REQUESTS, CLIENTS):
            path = paths[number % len(paths)]
            answer = client(path)
            assert (answer.status, answer.body) == (expected[path].status, expected[path].body)
        return len(range(first, REQUESTS, CLIENTS))

    with ThreadPoolExecutor(CLIENTS) as pool:
        assert sum(pool.map(ask, range(CLIENTS))) == REQUESTS


def test_files_that_change_meanwhile(mlx: Mlx, url: str, catalogue: Path) -> None:
    is_over = Event()
    seen: set[tuple[str, str]] = set()

    def ask() -> int:
        client, count = Client(url), 0
        while not is_over.is_set():
            answer = client(INDEX)
            assert answer.status == 200
            index = answer.json
            assert len(index["items"]) == 3
            seen.add((index["name"], answer.headers["ETag"]))
            count += 1
        return count

    with ThreadPoolExecutor(2) as pool:
        counts = [pool.submit(ask) for _ in range(2)]
        try:
            for number in range(12):
                done = mlx("registry", "build", catalogue, "--name", f"n{number % 3}")
                assert done.status == 0, str(done)
        finally:
            is_over.set()
        assert all(count.result() > 0 for count in counts)
    assert len({name for name, _ in seen}) == len(seen), "each state has one ETag"
    assert Client(url)(INDEX).json["name"] == "n2"


def test_files_that_break_and_come_back(get: Client, catalogue: Path) -> None:
    whole = (catalogue / "r/registry.json").read_bytes()
    (catalogue / "r/registry.json").write_bytes(whole[: len(whole) // 2])
    broken = get(INDEX)
    assert (broken.status, broken.headers["Retry-After"]) == (503, "10")
    assert "r/registry.json: this is not JSON" in broken.json["error"]
    assert get("/r/top.json").status == 200
    (catalogue / "r/registry.json").write_bytes(b"[1, {}]")
    assert get(INDEX).json == [1, {}]
    (catalogue / "r/registry.json").unlink()
    assert get(INDEX).status == 404
    moved = catalogue.rename(catalogue.with_name("moved"))
    gone = get(INDEX)
    assert gone.status == 503
    assert str(catalogue).encode() not in gone.body
    moved.rename(catalogue)
    (catalogue / "r/registry.json").write_bytes(whole)
    assert get(INDEX).status == 200


@pytest.mark.parametrize("listen", ["", "x", ":0", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "[]:0"])
def test_wrong_listen(mlx: Mlx, catalogue: Path, listen: str) -> None:
    done = mlx("registry", "serve", catalogue, "--listen", listen)
    assert (done.status, done.output) == (2, ""), str(done)
    assert "--listen" in done.errors


def test_address_of_another_machine(mlx: Mlx, catalogue: Path) -> None:
    done = mlx("registry", "serve", catalogue, "--listen", "192.0.2.1:0")
    assert (done.status, done.output) == (2, ""), str(done)
    assert "192.0.2.1:0" in done.errors


def test_port_that_is_taken(mlx: Mlx, catalogue: Path, url: str) -> None:
    done = mlx("registry", "serve", catalogue, "--listen", url.removeprefix("http://"))
    assert (done.status, done.output) == (2, ""), str(done)
    assert "in use" in done.errors


def test_stops_when_it_is_told_to(mlx: Mlx, catalogue: Path) -> None:
    for signal_ in (signal.SIGTERM, signal.SIGINT):
        command = [str(mlx.binary), "registry", "serve", str(catalogue)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            assert process.stdout
            assert process.stdout.readline().startswith("http://127.0.0.1:")
            os.kill(process.pid, signal_)
            assert process.wait(20) == 0
            assert process.stderr
            assert process.stderr.read() == ""


@pytest.fixture(scope="module")
def platform(mlx: Mlx, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("platform") / "catalogue"
    done = mlx("extract", "-C", PLATFORM, "--out", out)
    assert done.status == 0, str(done)
    return out


def make_project(directory: Path) -> Path:
    write_files(directory, {"pyproject.toml": PYPROJECT, "src/own.py": "OWN = 1\n"})
    return directory


def test_add_is_the_same_over_http(mlx: Mlx, platform: Path, tmp_path: Path) -> None:
    settings = {"MLX_CACHE_DIR": str(tmp_path / "cache")}
    projects = {name: make_project(tmp_path / name) for name in ("directory", "http", "offline", "down", "other")}
    components = ("api-serving", "rate-limiting")

    def add(name: str, registry: str | Path, *options: str) -> Any:
        done = mlx("add", *components, "-C", projects[name], "--registry", registry, *options, **settings)
        assert done.status == 0, str(done)
        return done

    def tree(name: str) -> dict[str, Any]:
        """Files, and the lock without the registry's address."""
        files: dict[str, Any] = dict(read_tree(projects[name]))
        lock = json.loads((projects[name] / "mlx.lock").read_text(encoding="utf-8"))
        for component in lock["components"].values():
            del component["registry"]
        files["mlx.lock"] = lock
        return files

    add("directory", platform)
    expected = tree("directory")
    assert b"add_rate_limiting(app)" in expected["src/api/app.py"]
    with registry_server(mlx.binary, platform) as url:
        index = url + INDEX
        add("http", index)
        assert difference(tree("http"), expected) == set()
        lock = json.loads((projects["http"] / "mlx.lock").read_text(encoding="utf-8"))
        assert {component["registry"] for component in lock["components"].values()} == {index}
        # The index is kept with the ETag by which it is asked for again.
        etag = Client(url)(INDEX).headers["ETag"]
        assert etag.strip('"') in str(read_tree(tmp_path / "cache"))
        assert mlx("list", "-C", projects["http"], "--registry", index, **settings).errors == ""
    add("offline", index, "--offline")
    assert difference(tree("offline"), expected) == set()
    assert "as it was when last reached" in add("down", index).output
    assert difference(tree("down"), expected) == set()
    fresh = {"MLX_CACHE_DIR": str(tmp_path / "other-cache")}
    done = mlx("add", *components, "-C", projects["other"], "--registry", index, "--offline", **fresh)
    assert done.status == 2
    assert "--offline" in done.errors


def test_add_goes_on_with_what_it_has_while_a_registry_is_broken(
    mlx: Mlx, catalogue: Path, url: str, tmp_path: Path
) -> None:
    settings = {"MLX_CACHE_DIR": str(tmp_path / "cache")}
    first, second = make_project(tmp_path / "first"), make_project(tmp_path / "second")
    assert mlx("add", "top", "-C", first, "--registry", url + INDEX, **settings).status == 0
    assert (first / "src/empty.py").read_bytes() == b""
    (catalogue / "r/registry.json").write_bytes(b"{")
    done = mlx("add", "top", "-C", second, "--registry", url + INDEX, **settings)
    assert done.status == 0, str(done)
    assert "503" in done.output
    assert difference(read_tree(first), read_tree(second)) == set()


def test_item_that_was_tampered_with(mlx: Mlx, catalogue: Path, url: str, tmp_path: Path) -> None:
    settings = {"MLX_CACHE_DIR": str(tmp_path / "cache")}
    project = make_project(tmp_path / "project")
    before = read_tree(project)
    for path in ("r/base.json", "r/base@1.0.0.json"):
        item = json.loads((catalogue / path).read_text(encoding="utf-8"))
        item["files"][0]["content"] = "import os  # evil\n"
        write_files(catalogue, {path: json.dumps(item)})
    done = mlx("add", "top", "-C", project, "--registry", url + INDEX, **settings)
    assert done.status == 2, str(done)
    assert "digest" in done.errors
    assert difference(before, read_tree(project)) == set()

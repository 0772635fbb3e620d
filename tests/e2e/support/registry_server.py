"""Registries as servers hand them out: over HTTPS with a certificate of our own, also as git repositories."""

import json
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from support.commands import environment, succeed
from support.registries import Component, Json, index_of

UPLOAD_PACK = "application/x-git-upload-pack"


@dataclass
class RegistryServer:
    """What is served by path, and what was asked."""

    certificate: Path
    files: dict[str, bytes] = field(default_factory=dict)
    repositories: dict[str, Path] = field(default_factory=dict)
    token: str = ""  # if set, every request must bear it
    requests: list[str] = field(default_factory=list)
    port: int = 0

    def url(self, path: str) -> str:
        return f"https://localhost:{self.port}{path}"

    def put(self, path: str, document: Json) -> None:
        self.files[path] = json.dumps(document).encode()

    def put_registry(self, *components: Component) -> str:
        """Serves components; gives the address of their index."""
        self.put("/r/registry.json", index_of(list(components)))
        for component in components:
            item = served_item(component)
            self.put(f"/r/{component.name}.json", item)
            self.put(f"/r/{component.name}@{component.version}.json", item)
        return self.url("/r/registry.json")


def served_item(component: Component) -> Json:
    return {
        "$schema": "https://ui.shadcn.com/schema/registry-item.json",
        "name": component.name,
        "type": "registry:item",
        "files": [
            {"path": component.template(index), "type": "registry:file", "target": f"~/{target}", "content": text}
            for index, (target, text) in enumerate(component.files.items())
        ],
        "meta": {"mlx": {"version": component.version, "component": json.dumps(component.description())}},
    }


def _handler(server: RegistryServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            repository, _, query = self.path.partition("/info/refs?service=")
            if query == "git-upload-pack" and repository in server.repositories:
                self._git(repository, "advertisement", b"001e# service=git-upload-pack\n0000", "--advertise-refs")
            else:
                self._answer("application/json", server.files.get(self.path))

        def do_POST(self) -> None:
            self._git(self.path.removesuffix("/git-upload-pack"), "result", b"")

        def _git(self, repository: str, kind: str, head: bytes, *options: str) -> None:
            command = ["git", "upload-pack", "--stateless-rpc", *options, str(server.repositories[repository])]
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            done = subprocess.run(command, input=body, capture_output=True, env=environment(), check=True)
            self._answer(f"{UPLOAD_PACK}-{kind}", head + done.stdout)

        def _answer(self, content_type: str, body: bytes | None) -> None:
            server.requests.append(self.path)
            allowed = not server.token or self.headers.get("Authorization") == f"Bearer {server.token}"
            self.send_response(401 if not allowed else 404 if body is None else 200)
            content = body if allowed and body else b""
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            pass

    return Handler


def make_certificate(directory: Path) -> Path:
    """A certificate for `localhost` that signs itself, with its key beside it."""
    directory.mkdir(parents=True, exist_ok=True)
    certificate = directory / "certificate.pem"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", directory / "key.pem"]
    succeed("openssl", "req", "-x509", "-days", "2", *key, "-out", certificate, *names)
    return certificate


@contextmanager
def serve(directory: Path) -> Iterator[RegistryServer]:
    server = RegistryServer(make_certificate(directory))
    listener = ThreadingHTTPServer(("127.0.0.1", 0), _handler(server))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server.certificate, directory / "key.pem")
    # The handshake belongs to the connection's own thread: a client that refuses must not stop us.
    listener.socket = context.wrap_socket(listener.socket, server_side=True, do_handshake_on_connect=False)
    server.port = listener.server_address[1]
    thread = Thread(target=listener.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()


def commit_registry(directory: Path, *tags: str) -> str:
    """Makes the directory a git repository with all its files in one more commit; gives its id."""
    if not (directory / ".git").exists():
        succeed("git", "init", "-q", "-b", "main", directory=directory)
    succeed("git", "add", "-A", directory=directory)
    succeed("git", "commit", "-q", "--allow-empty", "-m", "components", directory=directory)
    for tag in tags:
        succeed("git", "tag", "-f", tag, directory=directory)
    return succeed("git", "rev-parse", "HEAD", directory=directory).strip()

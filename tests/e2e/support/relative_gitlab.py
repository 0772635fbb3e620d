"""A GitLab below a path, over HTTPS with a certificate that nobody knows: what stands before the sandbox."""

import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from support.registry_server import make_certificate

KEPT = ("Authorization", "Content-Type", "Accept")
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@contextmanager
def behind_tls(url: str, path: str, directory: Path) -> Iterator[tuple[str, Path]]:
    """Its address, and the file of the authority that its certificate is from."""
    certificate = make_certificate(directory)
    listener = ThreadingHTTPServer(("127.0.0.1", 0), _handler(url, path))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, directory / "key.pem")
    listener.socket = context.wrap_socket(listener.socket, server_side=True, do_handshake_on_connect=False)
    Thread(target=listener.serve_forever, daemon=True).start()
    try:
        yield f"https://localhost:{listener.server_address[1]}{path}", certificate
    finally:
        listener.shutdown()
        listener.server_close()


def _handler(url: str, path: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _forward(self) -> None:
            if not self.path.startswith(path + "/"):
                self._answer(404, "text/plain", b"not here")
                return
            length = int(self.headers.get("Content-Length", 0))
            headers = {name: self.headers[name] for name in KEPT if name in self.headers}
            body = self.rfile.read(length) if length else None
            asked = urllib.request.Request(url + self.path.removeprefix(path), body, headers, method=self.command)
            try:
                with _opener.open(asked, timeout=20) as response:
                    self._answer(response.status, response.headers["Content-Type"], response.read())
            except urllib.error.HTTPError as error:
                self._answer(error.code, "application/json", error.read())

        do_GET = do_POST = do_PUT = do_DELETE = _forward

        def _answer(self, status: int, kind: str | None, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind or "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            pass

    return Handler

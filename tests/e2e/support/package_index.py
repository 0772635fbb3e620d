"""A package index of its own for a project, as teams have them.

It is filled by pip, from wherever pip is set to look. Poetry is pointed at it, since Poetry knows
nothing of pip's settings.
"""

import hashlib
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from support.commands import succeed


def fill(directory: Path, requirements: Iterable[str]) -> None:
    """Wheels of the requirements and of all that those need, on any platform: Poetry asks for all of it."""
    wanted = directory.with_suffix(".in")
    wanted.write_text("\n".join(sorted(requirements)), encoding="utf-8")
    pins = succeed("uv", "pip", "compile", "--quiet", "--universal", "--no-header", "--no-annotate", wanted)
    names = [line.split(";")[0].strip() for line in pins.splitlines()]
    succeed(sys.executable, "-m", "pip", "wheel", "--quiet", "--use-pep517", "--no-deps", "--wheel-dir", directory, *names)


class _Index(SimpleHTTPRequestHandler):
    """The simple API (PEP 503) over a directory of wheels: /simple/NAME/ lists, /FILE serves."""

    def do_GET(self) -> None:
        found = re.fullmatch(r"/simple/([a-z0-9-]+)/", self.path)
        if not found:
            super().do_GET()
            return
        wheels = [
            wheel
            for wheel in sorted(Path(self.directory).glob("*.whl"))
            if re.sub(r"[-_.]+", "-", wheel.name.split("-")[0]).lower() == found[1]
        ]
        links = [
            f'<a href="/{wheel.name}#sha256={hashlib.sha256(wheel.read_bytes()).hexdigest()}">{wheel.name}</a>'
            for wheel in wheels
        ]
        page = f"<!DOCTYPE html><html><body>{''.join(links)}</body></html>".encode()
        self.send_response(HTTPStatus.OK if links else HTTPStatus.NOT_FOUND)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serve(directory: Path) -> Iterator[str]:
    """The address of the index of a directory of wheels."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Index, directory=str(directory))) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/simple/"
        finally:
            server.shutdown()
            thread.join()

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

from packaging.requirements import Requirement

from support.commands import succeed


def fill(directory: Path, requirements: Iterable[str]) -> None:
    """Wheels of the requirements and of all that those need, on any platform: Poetry asks for all of it."""
    wanted = directory.with_suffix(".in")
    wanted.write_text("\n".join(sorted(requirements)), encoding="utf-8")
    pins = succeed("uv", "pip", "compile", "--quiet", "--universal", "--no-header", "--no-annotate", wanted)
    names = [str(pin) for pin in _one_of_each(Requirement(line) for line in pins.splitlines())]
    succeed(sys.executable, "-m", "pip", "wheel", "--quiet", "--use-pep517", "--no-deps", "--wheel-dir", directory, *names)


def _one_of_each(pins: Iterable[Requirement]) -> Iterator[Requirement]:
    """Of a distribution that is pinned differently for several Pythons the version for this one."""
    by_name: dict[str, list[Requirement]] = {}
    for pin in pins:
        by_name.setdefault(pin.name, []).append(pin)
    for same in by_name.values():
        fitting = [pin for pin in same if pin.marker is None or pin.marker.evaluate()]
        chosen = (fitting or same)[0]
        chosen.marker = None
        yield chosen


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

"""A real browser without a window, for what only a browser knows: policies, cookies across sites, forms.

Spoken to through a pipe, in Chromium's own protocol (https://chromedevtools.github.io/devtools-protocol/).
"""

import base64
import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from story import wait_for

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

_OPTIONS = [
    "--headless=new",
    "--no-sandbox",  # as root in a container there is none; the pages are our own
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--remote-debugging-pipe",
]


class Chromium:
    def __init__(self, commands: int, answers: int) -> None:
        self._commands = commands
        self._answers = answers
        self._pending = b""
        self._last = 0
        self._session = ""
        self.console: list[str] = []  # among it, what a page's policy forbade
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self._ask(f"{domain}.enable")

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self._pending:
            more = os.read(self._answers, 65536)
            assert more, "the browser has ended"
            self._pending += more
        message, _, self._pending = self._pending.partition(b"\0")
        read: dict[str, Any] = json.loads(message)
        if read.get("method") == "Log.entryAdded":
            self.console.append(read["params"]["entry"]["text"])
        return read

    def _ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._last += 1
        message: dict[str, Any] = {"id": self._last, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while (answer := self._receive()).get("id") != self._last:
            pass
        assert "error" not in answer, f"{method}: {answer['error']}"
        result: dict[str, Any] = answer["result"]
        return result

    def run(self, script: str) -> Any:
        """The value of a JavaScript expression in the page."""
        return self._ask("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def open(self, address: str) -> None:
        self._ask("Page.navigate", url=address)
        self._wait_until_loaded(address, lambda _: True)

    def press(self, selector: str) -> None:
        """Clicks, and waits for the page that comes of it."""
        self.run("window.isOld = true")
        assert self.run(f"!!document.querySelector({selector!r})"), f"no {selector} in {self.text()}"
        self.run(f"document.querySelector({selector!r}).click()")
        self._wait_until_loaded(selector, lambda is_old: not is_old)

    def fill(self, selector: str, text: str) -> None:
        self.run(f"document.querySelector({selector!r}).value = {json.dumps(text)}")

    def text(self) -> str:
        return str(self.run("document.body.innerText"))

    def address(self) -> str:
        return str(self.run("location.href"))

    def picture(self, path: Path, width: int, *, is_dark: bool = False) -> None:
        feature = {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}
        self._ask("Emulation.setEmulatedMedia", features=[feature])
        self._ask("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        shot = self._ask("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(shot["data"]))

    def _wait_until_loaded(self, what: str, is_it: Any) -> None:
        def look() -> bool | None:
            state = self.run("[document.readyState, !!window.isOld, location.href]")
            if not state or state[2] == "about:blank" or not is_it(state[1]):
                return None
            return True if state[0] == "complete" else None

        wait_for(f"the page after {what}", look)


@contextmanager
def chromium(directory: Path) -> Iterator[Chromium]:
    assert PROGRAM
    to_browser, commands = os.pipe()
    answers, from_browser = os.pipe()

    def connect() -> None:
        # Its protocol is on 3 and 4, where either end may be now.
        ends = [os.dup(to_browser), os.dup(from_browser)]
        high = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in ends]
        for place, end in zip((3, 4), high, strict=True):
            os.dup2(end, place)

    process = subprocess.Popen(
        [PROGRAM, *_OPTIONS, f"--user-data-dir={directory}", "about:blank"],
        preexec_fn=connect,
        pass_fds=(3, 4),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(to_browser)
    os.close(from_browser)
    try:
        yield Chromium(commands, answers)
    finally:
        os.close(commands)
        os.close(answers)
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

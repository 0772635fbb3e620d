"""A language model that a test has written, behind an OpenAI-compatible address."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """One request, as it came."""

    path: str
    authorization: str | None
    body: str

    @property
    def messages(self) -> list[Json]:
        found: list[Json] = json.loads(self.body)["messages"]
        return found

    @property
    def findings(self) -> list[Json]:
        """What it was asked about."""
        data = self.messages[-1]["content"]
        assert data.startswith("<data>\n"), data
        assert data.endswith("\n</data>"), data
        found: list[Json] = json.loads(data.removeprefix("<data>\n").removesuffix("\n</data>"))["findings"]
        return found


@dataclass
class Model:
    """Answers with what `answer` makes of a question: a status and the content of a completion."""

    answer: Callable[[Question], tuple[int, str]]
    url: str = ""
    questions: list[Question] = field(default_factory=list)


def says(explanation: str, suggestion: str = "") -> Callable[[Question], tuple[int, str]]:
    """The same of every finding."""

    def answer(question: Question) -> tuple[int, str]:
        advice = [
            {"finding": finding["id"], "explanation": explanation, "suggestion": suggestion}
            for finding in question.findings
        ]
        return 200, json.dumps({"advice": advice})

    return answer


@contextmanager
def model_server(answer: Callable[[Question], tuple[int, str]]) -> Iterator[Model]:
    model = Model(answer)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            question = Question(self.path, self.headers["Authorization"], body)
            model.questions.append(question)
            status, content = model.answer(question)
            completion = {"choices": [{"message": {"role": "assistant", "content": content}}]}
            encoded = json.dumps(completion).encode()
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(encoded)))
                self.end_headers()
                self.wfile.write(encoded)
            except ConnectionError:
                pass  # whoever asked has not waited

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    model.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield model
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

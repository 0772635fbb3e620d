"""Imports, tests and routes of projects, each in a process of its own that has the distributions loaded already.

Runs in the environment that has them: a request as a line of JSON on standard input, an answer on standard output.
"""

import ast
import contextlib
import importlib
import json
import os
import resource
import signal
import sys
from pathlib import Path

PATIENCE = 900  # seconds, on a machine that has much else to do
PROCESSOR_TIME = 90  # seconds

# Names of the standard library by the minor version of Python 3 that first has them, as far as components use such.
NEWER = {
    "datetime.UTC": 11,
    "typing.Self": 11,
    "typing.assert_never": 11,
    "enum.StrEnum": 11,
    "asyncio.timeout": 11,
    "asyncio.TaskGroup": 11,
    "http.HTTPMethod": 11,
    "tomllib": 11,
    "typing.ParamSpec": 10,
    "typing.TypeAlias": 10,
    "typing.TypeGuard": 10,
    "itertools.pairwise": 10,
    "contextlib.aclosing": 10,
}


def load(names: list[str]) -> None:
    for name in ("httpx", "fastapi.testclient", "hydra", "pydantic_settings", "pytest", "uvicorn", "yaml", *names):
        importlib.import_module(name)


def newer_names(file: Path, minor: int) -> list[str]:
    """What a module uses that an older Python does not have."""
    text = file.read_text(encoding="utf-8")
    try:
        tree = ast.parse(text, feature_version=(3, minor))
    except SyntaxError as error:
        return [str(error)]
    used = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            used |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
        elif isinstance(node, ast.Import):
            used |= {alias.name for alias in node.names}
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            used.add(f"{node.value.id}.{node.attr}")
    return sorted(name for name in used if NEWER.get(str(name), 0) > minor)


def probe(request: dict) -> str:
    """The project's router in the components' application: whoever has a route has to be the one that answers."""
    from starlette.routing import Match

    root = request["import_root"]
    application = importlib.import_module(f"{root}.api.app").create_app()
    application.include_router(importlib.import_module(request["router"]).router)

    def routes(of) -> list:
        # Newer releases of FastAPI keep included routers as they are.
        found = []
        for route in of:
            inner = getattr(route, "original_router", None) or getattr(route, "router", None)
            found += routes(inner.routes) if inner is not None else [route]
        return found

    known = [route for route in routes(application.router.routes) if hasattr(route, "endpoint")]
    wanted = [(route, method, route.path) for route in known for method in route.methods or ()]
    for route, method, path in wanted:
        path = path.replace("{", "").replace("}", "").replace(":path", "")
        scope = {"type": "http", "method": method, "path": path, "root_path": "", "headers": []}
        first = next((one for one in known if one.matches(dict(scope))[0] == Match.FULL), None)
        if first is not route:
            return f"{method} {path} is answered by another"
    return ""


def check(request: dict) -> tuple[str, str]:
    """At which step it failed, and how; empty if it did not."""
    os.chdir(request["directory"])
    os.environ.update(request["environment"])
    sys.path.insert(0, str(Path(request["directory"]) / request["path"]))
    for file in request["sources"]:
        if request["minor"] < 11 and (newer := newer_names(Path(file), request["minor"])):
            return "python", f"{file}: {newer[0]}"
    for module in request["modules"]:
        try:
            importlib.import_module(module)
        except BaseException as error:
            return "import", f"{module}: {type(error).__name__}: {error}"
    if request.get("router"):
        try:
            problem = probe(request)
        except BaseException as error:
            problem = f"{type(error).__name__}: {error}"
        if problem:
            return "route", problem
    if request["tests"] is None:
        return "", ""
    import pytest

    ran: set[str] = set()

    class Files:
        def pytest_collection_modifyitems(self, items: list) -> None:
            ran.update(str(item.path) for item in items)
            # Of required components one test of each file: their own examples run all of them.
            brief = {str(Path(file).resolve()) for file in request["brief"]}
            first = {str(item.path): item for item in reversed(items)}
            items[:] = [item for item in items if str(item.path) not in brief or first[str(item.path)] is item]

    status = pytest.main(["-q", "-x", "-p", "no:cacheprovider", "--assert=plain", *request["tests"]], plugins=[Files()])
    if status != 0:
        return "test", f"pytest ended with {int(status)}"
    missing = [file for file in request["injected"] if str(Path(file).resolve()) not in ran]
    return ("test", f"{missing[0]} was not run") if missing else ("", "")


def answer(request: dict) -> dict:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with open(request["log"], "w", encoding="utf-8") as log:
            os.dup2(log.fileno(), 1)
            os.dup2(log.fileno(), 2)
            signal.alarm(PATIENCE)
            resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_TIME, PROCESSOR_TIME))
            result = ("broken", "")
            with contextlib.suppress(BaseException):
                result = check(request)
            os.write(writing, json.dumps(result).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    step, detail = json.loads(text) if text else ("time", "ended by a signal")
    return {"step": step, "detail": detail}


def main() -> None:
    out = os.fdopen(os.dup(1), "w")
    sys.path[:] = [entry for entry in sys.path if entry and not entry.endswith("tools/compat")]
    load(sys.argv[1:])
    sys.dont_write_bytecode = True  # nothing in the projects, which are copied
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), file=out, flush=True)


if __name__ == "__main__":
    main()

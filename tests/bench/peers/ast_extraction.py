"""What `mlx extract` reads out of Python files, with CPython's own `ast`: the obvious way to write it.

    ast_extraction.py DIRECTORY

Imports, top-level symbols with signatures, routes, environment variables, settings classes, addresses of services.
Prints one line of JSON with the time that it took and how much it found.
"""

import ast
import json
import os
import re
import resource
import sys
import time
import warnings
from pathlib import Path

VERBS = {"get", "post", "put", "patch", "delete", "head", "options", "route", "websocket", "api_route"}
ADDRESS = re.compile(r"^(postgresql|postgres|mysql|redis|rediss|amqp|mongodb|kafka|http|https|grpc|nats|s3)(\+\w+)?://([^/@]*@)?([\w.-]+)(:\d+)?")


def is_type_checking(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def survives_import_error(node: ast.Try) -> bool:
    for handler in node.handlers:
        if handler.type is None or "Import" in ast.unparse(handler.type) or "ModuleNotFound" in ast.unparse(handler.type):
            return True
    return False


class Reader(ast.NodeVisitor):
    def __init__(self) -> None:
        self.imports: list = []
        self.symbols: list = []
        self.all: list = []
        self.routes: list = []
        self.environment: list = []
        self.settings: list = []
        self.services: list = []
        self.optional = 0
        self.type_checking = 0
        self.deferred = 0

    def context(self) -> tuple[bool, bool, bool]:
        return self.type_checking > 0, self.optional > 0, self.deferred > 0

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self.imports.append((alias.name, 0, "", alias.asname, self.context(), node.lineno))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            self.imports.append((node.module or "", node.level, alias.name, alias.asname, self.context(), node.lineno))

    def visit_If(self, node: ast.If) -> None:
        checking = is_type_checking(node.test)
        self.type_checking += checking
        for statement in node.body:
            self.visit(statement)
        self.type_checking -= checking
        self.visit(node.test)
        for statement in node.orelse:
            self.visit(statement)

    def visit_Try(self, node: ast.Try) -> None:
        survives = survives_import_error(node)
        self.optional += survives
        self.generic_visit(node)
        self.optional -= survives

    def visit_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute) and decorator.func.attr in VERBS:
                first = decorator.args[0] if decorator.args else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    self.routes.append((ast.unparse(decorator.func.value), decorator.func.attr, first.value, node.name, node.lineno))
        self.deferred += 1
        self.generic_visit(node)
        self.deferred -= 1

    visit_FunctionDef = visit_function
    visit_AsyncFunctionDef = visit_function

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, (ast.Attribute, ast.Name)):
            last = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            if last in ("getenv", "get") and node.args and isinstance(node.args[0], ast.Constant):
                called = ast.unparse(node.func)
                if called.endswith(("getenv", "environ.get")):
                    fallback = ast.unparse(node.args[1]) if len(node.args) > 1 else None
                    self.environment.append((node.args[0].value, fallback, node.lineno))
            elif last in ("include_router", "register_blueprint", "add_api_route"):
                self.routes.append((ast.unparse(node), last, "", "", node.lineno))
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        is_environment = isinstance(node.value, ast.Attribute) and node.value.attr == "environ"
        if is_environment and isinstance(node.slice, ast.Constant):
            self.environment.append((node.slice.value, None, node.lineno))
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and "://" in node.value and (found := ADDRESS.match(node.value)):
            self.services.append((found[1], found[4], found[5], node.lineno))

    def add_symbols(self, body: list[ast.stmt]) -> None:
        for node in body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.symbols.append((node.name, signature(node), summary(node), node.lineno))
            elif isinstance(node, ast.ClassDef):
                bases = [ast.unparse(base) for base in node.bases]
                self.symbols.append((node.name, ", ".join(bases), summary(node), node.lineno))
                fields = []
                for member in node.body:
                    if isinstance(member, (ast.FunctionDef, ast.AsyncFunctionDef)):
                        self.symbols.append((f"{node.name}.{member.name}", signature(member), summary(member), member.lineno))
                    elif isinstance(member, ast.AnnAssign) and isinstance(member.target, ast.Name):
                        default = ast.unparse(member.value) if member.value else None
                        fields.append((member.target.id, ast.unparse(member.annotation), default, member.lineno))
                if bases or fields:
                    self.settings.append((node.name, bases, fields))
            elif isinstance(node, (ast.Assign, ast.AnnAssign)):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for target in targets:
                    if isinstance(target, ast.Name):
                        self.symbols.append((target.id, "", "", node.lineno))
                        if target.id == "__all__" and isinstance(node.value, (ast.List, ast.Tuple)):
                            self.all += [e.value for e in node.value.elts if isinstance(e, ast.Constant)]
            elif isinstance(node, ast.If):
                self.add_symbols(node.body)
                self.add_symbols(node.orelse)
            elif isinstance(node, ast.Try):
                self.add_symbols(node.body)


def summary(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> str:
    return (ast.get_docstring(node) or "").partition("\n")[0]


def signature(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"({ast.unparse(node.args)}){returns}"


def main() -> None:
    begin = time.perf_counter()
    modules = {}
    failed = size = 0
    for directory, subdirectories, names in os.walk(sys.argv[1]):
        subdirectories.sort()
        for name in sorted(names):
            if not name.endswith(".py"):
                continue
            path = Path(directory, name)
            data = path.read_bytes()
            size += len(data)
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    tree = ast.parse(data)
                reader = Reader()
                reader.visit(tree)
                reader.add_symbols(tree.body)
            except (SyntaxError, ValueError, RecursionError):
                failed += 1
                continue
            modules[str(path)] = reader
    wall = time.perf_counter() - begin
    usage = resource.getrusage(resource.RUSAGE_SELF)
    counts = {
        what: sum(len(getattr(reader, what)) for reader in modules.values())
        for what in ("imports", "symbols", "routes", "environment", "settings", "services")
    }
    print(json.dumps({"files": len(modules) + failed, "failed": failed, "bytes": size, "wall": round(wall, 4),
                      "cpu": round(usage.ru_utime + usage.ru_stime, 4),
                      "megabytes": round(usage.ru_maxrss / 1024, 1), "found": counts}))  # fmt: skip


if __name__ == "__main__":
    main()

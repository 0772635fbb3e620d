"""What CPython's own `ast` says of the files of a clone: which names they import, and which variables they read."""

import ast
import warnings
from dataclasses import dataclass, field
from pathlib import Path

from manifests import is_passed_over


@dataclass
class FileFacts:
    is_auxiliary: bool
    imported: set[str] = field(default_factory=set)  # `a`, `a.b` and `a.b.c` for `from a.b import c`
    imported_at: dict[int, set[str]] = field(default_factory=dict)  # the same, by every line of the statement
    strings: dict[int, set[str]] = field(default_factory=dict)  # by every line that the expression covers
    fields: dict[int, set[str]] = field(default_factory=dict)  # annotated attributes of classes

    def reads(self, variable: str, line: int) -> bool:
        if variable in self.strings.get(line, set()):
            return True
        # A field of a settings class: its name, upper case, with the prefix of the class or of one that it inherits.
        return any(
            variable.upper() == alias.upper() or variable.upper().endswith(name.upper())
            for name in self.fields.get(line, set())
            for alias in (*self.strings.get(line, set()), name)
        )


def is_test(path: Path) -> bool:
    return path.name.startswith("test_") or path.name.endswith("_test.py") or path.name == "conftest.py"


class Reader(ast.NodeVisitor):
    def __init__(self, facts: FileFacts, constants: dict[str, str]) -> None:
        self.facts = facts
        self.constants = constants

    def add_import(self, dotted: str, node: ast.stmt | ast.expr) -> None:
        parts = dotted.split(".")
        names = {".".join(parts[: i + 1]) for i in range(len(parts))}
        self.facts.imported |= names
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1):
            self.facts.imported_at.setdefault(line, set()).update(names)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self.add_import(alias.name, node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node.level == 0 and node.module:
            self.add_import(node.module, node)
            for alias in node.names:
                self.add_import(f"{node.module}.{alias.name}", node)

    def add_strings(self, node: ast.expr) -> None:
        """Names of variables: arguments of reads such as getenv(), and subscripts of an environment."""
        texts = {n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
        texts |= {self.constants[n.id] for n in ast.walk(node) if isinstance(n, ast.Name) and n.id in self.constants}
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1):
            self.facts.strings.setdefault(line, set()).update(texts)

    def visit_Call(self, node: ast.Call) -> None:
        called = ast.unparse(node.func)
        is_import = called.split(".")[-1] in ("import_module", "__import__") and node.args
        if is_import and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
            self.add_import(node.args[0].value, node)
        if "env" in called.lower() or called.endswith("Field"):
            self.add_strings(node)
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if "environ" in ast.unparse(node.value):
            self.add_strings(node)
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        if any("environ" in ast.unparse(other) for other in node.comparators):
            self.add_strings(node)
        self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for statement in node.body:
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                self.facts.fields.setdefault(statement.lineno, set()).add(statement.target.id)
        self.generic_visit(node)


def read_file(path: Path, is_auxiliary: bool) -> FileFacts:
    facts = FileFacts(is_auxiliary)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return facts
    constants = {
        target.id: node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    Reader(facts, constants).visit(tree)
    return facts


def read_tree(clone: Path) -> dict[str, FileFacts]:
    found = {}
    for path in clone.rglob("*.py"):
        relative = path.relative_to(clone)
        if path.is_file() and not path.is_symlink():
            found[str(relative)] = read_file(path, is_test(path) or is_passed_over(relative))
    return found

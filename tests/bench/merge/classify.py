"""What a merged file is worth, held against what the people who made the merge committed."""

import ast
import itertools
import warnings
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path


class Verdict(StrEnum):
    CONFLICT = "conflict"
    EQUAL = "equal"
    EQUIVALENT = "equivalent"
    DIFFERENT = "different"
    BROKEN = "broken"
    CRASH = "crash"
    TIMEOUT = "timeout"
    ERROR = "error"


RIGHT = (Verdict.EQUAL, Verdict.EQUIVALENT)
MERGED = (*RIGHT, Verdict.DIFFERENT, Verdict.BROKEN)
FAILED = (Verdict.CRASH, Verdict.TIMEOUT, Verdict.ERROR)


@dataclass
class Module:
    """A file that CPython parses. Only used to compare: the tree is not in the order of the source."""

    lines: list[bytes]
    tree: ast.Module


def syntax_tree(data: bytes) -> ast.Module | None:
    """None for what this interpreter's grammar does not have, Python 2 for instance."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def parse(data: bytes) -> Module | None:
    tree = syntax_tree(data)
    if tree is None:
        return None
    sort_imports(tree)
    # The lines as the parser counts them.
    return Module(data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"), tree)


def import_kind(statement: ast.AST) -> str:
    if isinstance(statement, ast.ImportFrom):
        # One that is not at the top of its file is an error, so it takes no part in the order of the others.
        return "future" if statement.module == "__future__" and not statement.level else "import"
    return "import" if isinstance(statement, ast.Import) else ""


def single_imports(statement: ast.AST) -> list[ast.stmt]:
    if isinstance(statement, ast.ImportFrom):
        return [ast.ImportFrom(statement.module, [alias], statement.level) for alias in statement.names]
    assert isinstance(statement, ast.Import)
    return [ast.Import([alias]) for alias in statement.names]


def sort_imports(node: ast.AST) -> None:
    """Every run of imports below the node becomes a sorted run of imports of one name each."""
    for name in ("body", "orelse", "finalbody", "handlers", "cases"):
        block = getattr(node, name, None)
        if not isinstance(block, list):
            continue
        changed: list[ast.AST] = []
        for kind, run in itertools.groupby(block, import_kind):
            changed += sorted(itertools.chain.from_iterable(map(single_imports, run)), key=ast.dump) if kind else run
        setattr(node, name, changed)
        for inner in changed:
            sort_imports(inner)


def source(module: Module, statement: ast.stmt) -> tuple[list[bytes], int, int | None] | None:
    """The lines of a statement, with the columns where it starts and ends in the first and last."""
    if not hasattr(statement, "lineno"):
        return None
    first = min([statement.lineno, *(d.lineno for d in getattr(statement, "decorator_list", []))])
    return module.lines[first - 1 : statement.end_lineno], statement.col_offset, statement.end_col_offset


def is_same_statement(a: Module, in_a: ast.stmt, b: Module, in_b: ast.stmt) -> bool:
    # Most statements of a merged file are the same text, and `dump` is slow.
    text = source(a, in_a)
    return (text is not None and text == source(b, in_b)) or ast.dump(in_a) == ast.dump(in_b)


def is_same_module(a: Module, b: Module) -> bool:
    bodies = a.tree.body, b.tree.body
    return len(bodies[0]) == len(bodies[1]) and all(is_same_statement(a, x, b, y) for x, y in zip(*bodies, strict=True))


def bare_text(data: bytes) -> list[bytes]:
    """The lines without white space but for their indentation, and no blank ones."""
    lines = [line.expandtabs() for line in data.splitlines() if line.strip()]
    return [b" " * (len(line) - len(line.lstrip())) + b"".join(line.split()) for line in lines]


@dataclass
class Case:
    name: str
    directory: Path

    def read(self, name: str) -> bytes:
        return (self.directory / f"{name}.py").read_bytes()

    @cached_property
    def human(self) -> bytes:
        return self.read("human")

    @cached_property
    def human_module(self) -> Module | None:
        return parse(self.human)

    @cached_property
    def is_parsable(self) -> bool:
        """Whether what is merged is Python as this interpreter has it."""
        return all(syntax_tree(self.read(name)) for name in ("base", "ours", "theirs"))


def classify(case: Case, merged: bytes) -> Verdict:
    """For a result that its tool calls merged."""
    if merged == case.human:
        return Verdict.EQUAL
    module = parse(merged)
    if module is None and case.is_parsable:
        return Verdict.BROKEN
    if case.human_module is None:
        is_equivalent = bare_text(merged) == bare_text(case.human)
    else:
        is_equivalent = module is not None and is_same_module(module, case.human_module)
    return Verdict.EQUIVALENT if is_equivalent else Verdict.DIFFERENT

"""Holds what the engine reads out of Python files against CPython's own `ast`.

Every file below the given directories (by default: the standard library and the packages of this environment)
that `ast` accepts must have the same imports, the same names bound at its top level, and the same `__all__`, and
must be read without a syntax error. Differences are printed and make the run fail, but for those in EXCEPTIONS.
"""

import argparse
import ast
import json
import subprocess
import sys
import sysconfig
import warnings
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

# Files whose difference is known, with the reason; a key is the end of a path.
EXCEPTIONS: dict[str, str] = {}


def top_level_nodes(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """All nodes that run in the module's own scope."""
    todo: list[ast.AST] = list(reversed(body))
    while todo:
        node = todo.pop()
        yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            todo += [*node.decorator_list, *node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)]
        elif isinstance(node, ast.ClassDef):
            todo += [*node.decorator_list, *node.bases]
        elif isinstance(node, ast.Lambda):
            pass
        elif isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            # Only `:=` reaches the scope around a comprehension; its own targets do not.
            todo += [inner for inner in ast.walk(node) if isinstance(inner, ast.NamedExpr)]
        else:
            todo += reversed(list(ast.iter_child_nodes(node)))


def names_of(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in top_level_nodes(tree.body):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names.add(node.name)
            case ast.Name(ctx=ast.Store()):
                names.add(node.id)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                names.add(name)
            case ast.MatchMapping(rest=str(name)):
                names.add(name)
            case ast.Import() | ast.ImportFrom():
                for alias in node.names:
                    if alias.name != "*":
                        bound = alias.name if isinstance(node, ast.ImportFrom) else alias.name.split(".")[0]
                        names.add(alias.asname or bound)
    return names


def imports_of(tree: ast.Module) -> list[list[Any]]:
    found: list[list[Any]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [[alias.name, 0, "", alias.asname or "", node.lineno] for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [
                [node.module or "", node.level, alias.name, alias.asname or "", node.lineno] for alias in node.names
            ]
    return sorted(found)


def listed(value: ast.expr | None) -> list[str] | None:
    """The strings of lists and tuples of strings, joined by `+`."""
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        left, right = listed(value.left), listed(value.right)
        return None if left is None or right is None else left + right
    if not isinstance(value, ast.List | ast.Tuple):
        return None
    texts = [item.value for item in value.elts if isinstance(item, ast.Constant) and isinstance(item.value, str)]
    return texts if len(texts) == len(value.elts) else None


def all_of(tree: ast.Module) -> list[str] | None:
    """What the module's `__all__` is made of, if that is written out."""
    names: list[str] | None = None
    for node in top_level_nodes(tree.body):
        part: list[str] | None
        match node:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=value) | ast.AnnAssign(
                target=ast.Name(id="__all__"), value=value
            ):
                if value is None:
                    continue
                names = listed(value)
                if names is None:
                    return None
            case ast.AugAssign(target=ast.Name(id="__all__"), value=value):
                part = listed(value)
                if part is None:
                    return None
                names = (names or []) + part
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="__all__"), attr=attr), args=args)):
                if len(args) != 1:
                    return None
                part = listed(args[0])
                text = args[0].value if isinstance(args[0], ast.Constant) else None
                if attr == "extend" and part is not None:
                    names = (names or []) + part
                elif attr == "append" and isinstance(text, str):
                    names = [*(names or []), text]
                elif attr == "remove" and isinstance(text, str):
                    names = [name for name in names or [] if name != text]
                else:
                    return None
    return names


def read_with_ast(path: Path) -> dict[str, Any] | None:
    return facts_of(path.read_bytes())


def facts_of(text: bytes) -> dict[str, Any] | None:
    """What `ast` says of a file; nothing if it does not accept it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return {"imports": imports_of(tree), "names": sorted(names_of(tree)), "all": all_of(tree)}


def compare(expected: dict[str, Any], actual: dict[str, Any]) -> list[str]:
    actual = actual | {"imports": sorted(actual["imports"])}
    differences = [f"reported as a syntax error: {problem}" for problem in actual["problems"]]
    for key in ("imports", "names"):
        want = {json.dumps(item) for item in expected[key]}
        have = {json.dumps(item) for item in actual[key]}
        differences += [f"{key}: missing {item}" for item in sorted(want - have)]
        differences += [f"{key}: not there {item}" for item in sorted(have - want)]
    # `ast` cannot see that a name was bound to something else before; both know the same or nothing.
    if expected["all"] != actual["all"]:
        differences.append(f"__all__: {expected['all']} but {actual['all']}")
    return differences


def check_that_differences_are_seen() -> int:
    """Alters facts one by one; each change must be noticed, and facts that are the same must not be."""
    text = b"import a.b as c\nfrom ..d import e\nx, y = 1, 2\n__all__ = ['x', 'y']\n"
    expected = facts_of(text)
    assert expected is not None
    right = expected | {"problems": []}
    imports = expected["imports"]
    wrong = {
        "an import is missing": {"imports": imports[1:]},
        "an import is not there": {"imports": [*imports, ["z", 0, "", "", 1]]},
        "an import's line": {"imports": [[*imports[0][:4], 9], *imports[1:]]},
        "an import's level": {"imports": [imports[0], [*imports[1][:1], 1, *imports[1][2:]]]},
        "an import's alias": {"imports": [imports[0], [*imports[1][:3], "z", imports[1][4]]]},
        "a name is missing": {"names": expected["names"][1:]},
        "a name is not there": {"names": [*expected["names"], "z"]},
        "__all__ in another order": {"all": ["y", "x"]},
        "__all__ is not known": {"all": None},
        "a syntax error": {"problems": ["this is Python 2 at 1"]},
    }
    unseen = [name for name, change in wrong.items() if not compare(expected, right | change)]
    if compare(expected, right):
        unseen.append("nothing is wrong")
    for name in unseen:
        print(f"not told right: {name}")
    print(f"{len(wrong)} differences, {len(unseen)} not told right")
    return 1 if unseen else 0


def python_files(directories: list[Path]) -> list[Path]:
    found = {path.resolve() for directory in directories for path in directory.rglob("*.py") if path.is_file()}
    return sorted(found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facts", type=Path, help="the program that prints the engine's facts")
    parser.add_argument("--self-test", action="store_true", help="check that differences are seen, and end")
    parser.add_argument("--least-bytes", type=int, default=0, help="fail if there is less to compare")
    parser.add_argument("directories", type=Path, nargs="*")
    arguments = parser.parse_args()
    if arguments.self_test:
        return check_that_differences_are_seen()
    if arguments.facts is None:
        parser.error("--facts is missing")
    directories = arguments.directories or [
        Path(sysconfig.get_paths()["stdlib"]),
        Path(sysconfig.get_paths()["purelib"]),
    ]
    files = python_files(directories)
    paths = "".join(f"{path}\n" for path in files)
    done = subprocess.run([arguments.facts], input=paths.encode(), capture_output=True, check=True)
    actual = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(actual) == len(files)
    with ProcessPoolExecutor() as pool:
        expected = list(pool.map(read_with_ast, files, chunksize=64))

    accepted = rejected = seen_broken = failures = size = 0
    used: set[str] = set()
    for path, want, have in zip(files, expected, actual, strict=True):
        if want is None:
            rejected += 1
            seen_broken += bool(have["problems"])
            continue
        accepted += 1
        size += path.stat().st_size
        differences = compare(want, have)
        excuse = next((key for key in EXCEPTIONS if path.as_posix().endswith(key)), None)
        if differences and excuse is not None:
            used.add(excuse)
            continue
        failures += bool(differences)
        for difference in differences[:5]:
            print(f"{path}: {difference[:300]}")
    print(f"{accepted} files, {size / 1e6:.0f} MB: {failures} differ, {len(used)} are known to")
    print(f"{rejected} more are rejected by ast, {seen_broken} of them were seen to be broken")
    return 1 if failures or size < arguments.least_bytes else 0


if __name__ == "__main__":
    sys.exit(main())

"""A pytest plugin with which packaging's own tests ask the program named by SPECIFIER_ANSWERS.

Parsing, comparing, containing, filtering and evaluating are replaced; what is left of packaging holds the values
and forwards the questions. So its tests pass only if the answers of the program are those that they expect.
"""

import json
import os
import subprocess
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from packaging import markers, specifiers, version
from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName
from packaging.specifiers import InvalidSpecifier, Specifier, SpecifierSet
from packaging.version import InvalidVersion, Version

questions = 0


def start() -> Callable[..., Any]:
    program = subprocess.Popen([os.environ["SPECIFIER_ANSWERS"]], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               text=True)
    assert program.stdin and program.stdout
    to_program, from_program = program.stdin, program.stdout

    def ask(*question: Any) -> Any:
        global questions
        questions += 1
        to_program.write(json.dumps(question) + "\n")
        to_program.flush()
        return json.loads(from_program.readline())

    return ask


def replace_versions(ask: Callable[..., Any]) -> None:
    def create(self: Version, text: str) -> None:
        if not isinstance(text, str):
            raise InvalidVersion(f"Invalid version: {text!r}")
        answer = ask("version", text)
        if answer is None:
            raise InvalidVersion(f"Invalid version: {text!r}")
        _, self._epoch, release, pre, post, dev, local = answer
        self._release = tuple(release)
        self._pre = tuple(pre) if pre else None
        self._post = None if post is None else ("post", post)
        self._dev = None if dev is None else ("dev", dev)
        self._local = tuple(int(part) if part.isdigit() else part for part in local.split(".")) if local else None
        self._key_cache = None
        self._hash_cache = None
        assert str(self) == answer[0]

    def compared(name: str, accepts: Callable[[int], bool]) -> None:
        original = getattr(Version, name)

        def compare(self: Version, other: object) -> Any:
            if not isinstance(other, Version):
                return original(self, other)
            return accepts(ask("order", str(self), str(other)))

        setattr(Version, name, compare)

    Version.__init__ = create  # type: ignore[method-assign]
    compared("__lt__", lambda order: order < 0)
    compared("__le__", lambda order: order <= 0)
    compared("__eq__", lambda order: order == 0)
    compared("__ne__", lambda order: order != 0)
    compared("__ge__", lambda order: order >= 0)
    compared("__gt__", lambda order: order > 0)


def replace_specifiers(ask: Callable[..., Any]) -> None:
    create_specifier = Specifier.__init__

    def create(self: Specifier, spec: str = "", prereleases: bool | None = None) -> None:
        answer = ask("specifier", spec)
        if answer is None:
            raise InvalidSpecifier(f"Invalid specifier: {spec!r}")
        create_specifier(self, spec, prereleases)
        assert str(self) == answer[0]

    def asks_for_prereleases(self: Specifier) -> bool:
        return self._prereleases if self._prereleases is not None else ask("specifier", str(self))[1]

    def text_of(self: Specifier | SpecifierSet) -> str:
        return str(self) if isinstance(self, Specifier) else ",".join(map(str, self._specs))

    def chosen(self: Specifier | SpecifierSet, prereleases: bool | None) -> bool | None:
        return self._prereleases if prereleases is None else prereleases

    def contains(self: Any, item: Any, prereleases: bool | None = None, installed: bool | None = None) -> bool:
        prereleases = chosen(self, prereleases)
        text = str(item)
        if installed and (parts := ask("version", text)) and (parts[3] or parts[5] is not None):
            prereleases = True
        return ask("contains", text_of(self), text, prereleases)

    def filter_by_program(self: Any, iterable: Iterable[Any], prereleases: bool | None = None,
                          key: Callable[[Any], Any] | None = None) -> Iterator[Any]:
        items = [item for item in iterable if (item if key is None else key(item)) is not None]
        texts = [str(item if key is None else key(item)) for item in items]
        kept = iter(ask("filter", text_of(self), texts, chosen(self, prereleases)))
        wanted = next(kept, None)
        for item, text in zip(items, texts, strict=True):
            if text == wanted:
                yield item
                wanted = next(kept, None)

    def is_unsatisfiable(self: SpecifierSet) -> bool:
        return not ask("satisfiable", text_of(self), self._prereleases)

    def relation(name: str, answer: Callable[[str, str], bool]) -> None:
        original = getattr(SpecifierSet, name)

        def relate(self: SpecifierSet, other: SpecifierSet) -> bool:
            original(self, other)  # for what it refuses
            return answer(text_of(self), text_of(other))

        setattr(SpecifierSet, name, relate)

    Specifier.__init__ = create  # type: ignore[method-assign]
    Specifier.prereleases = Specifier.prereleases.getter(asks_for_prereleases)  # type: ignore[assignment]
    for kind in (Specifier, SpecifierSet):
        kind.contains = contains  # type: ignore[method-assign]
        kind.filter = filter_by_program  # type: ignore[method-assign, assignment]
    SpecifierSet.is_unsatisfiable = is_unsatisfiable  # type: ignore[method-assign]
    relation("is_subset", lambda a, b: ask("subset", a, b))
    relation("is_superset", lambda a, b: ask("subset", b, a))
    relation("is_disjoint", lambda a, b: ask("disjoint", a, b))


def replace_markers(ask: Callable[..., Any]) -> None:
    create_marker = Marker.__init__

    def create(self: Marker, text: str) -> None:
        is_marker = ask("marker", text)
        create_marker(self, text)  # for the message
        if not is_marker:
            raise InvalidMarker(text)

    def evaluate(self: Marker, environment: Any = None, context: str = "metadata") -> bool:
        values: dict[str, Any] = dict(markers.default_environment())
        if context == "lock_file":
            values |= {"extras": [], "dependency_groups": []}
        elif context == "metadata":
            values["extra"] = ""
        values |= environment or {}
        values = {name: "" if value is None else sorted(value) if isinstance(value, set | frozenset) else value
                  for name, value in values.items()}
        answer = ask("evaluate", str(self), values)
        if answer == "undefined":
            raise UndefinedComparison(str(self))
        if answer == "missing":
            names = [name for name in ("extra", "extras", "dependency_groups") if name not in values]
            raise UndefinedEnvironmentName(next(name for name in names if name in str(self)))
        return answer

    Marker.__init__ = create  # type: ignore[method-assign]
    Marker.evaluate = evaluate  # type: ignore[method-assign]


def pytest_configure() -> None:
    ask = start()
    replace_versions(ask)
    replace_specifiers(ask)
    replace_markers(ask)
    assert specifiers.Version is version.Version


def pytest_terminal_summary(terminalreporter: Any) -> None:
    terminalreporter.write_line(f"{questions} questions asked")

"""Holds what the engine says of versions, specifiers and markers against PyPA's `packaging`.

Generated: specifiers with versions, lists to choose from, pairs of sets, markers in environments, and pairs of
markers. Versions lie close together, around the places where sets begin and end. Pairs of sets are also tried with
every one of these versions, so that the answer does not rest on packaging's own algebra. Then packaging's own tests
are run with the engine's answers (packaging_tests.py).
"""

import itertools
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import packaging
from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName
from packaging.specifiers import InvalidSpecifier, Specifier, SpecifierSet
from packaging.version import InvalidVersion, Version

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parent.parent / "build/packaging/source"

# What packaging's tests cannot ask: how it caches, the limit of Python's int (here a number ends at 18 digits), and
# variables of markers that exist in the test only.
NOT_ASKED = ["test_spec_version_cache", "is_cached", "keeps_range_cache", "keeps_unsatisfiable_cache", "clears_cache",
             "reads_cached_bounds", "oversized", "test_new_string_rules",
             # These are asked here, all at once: there are 50,000 of them.
             "test_comparison_true", "test_comparison_false"]

RELEASES = ["0", "0.0.1", "1", "1.0", "1.0.0.0", "1.0.0.1", "1.0.1", "1.1", "1.2", "1.10", "2", "2.0", "1.1.0", "0.9"]
SUFFIXES = ["", "", "", "a0", "a1", "a2", "b1", "rc1", ".post0", ".post1", ".post2", ".dev0", ".dev1", ".dev2",
            "a1.dev1", "a1.post1", "a1.post1.dev0", "rc1.post0", ".post0.dev0", ".post1.dev1", ".post1.dev0"]
LOCALS = ["", "", "", "", "+a", "+a.1", "+1", "+0", "+A", "+1.a", "+00a"]
SPELLINGS = ["1.0-ALPHA_1", "v1.0", "1.0.c1", "1.0-1", "1.0.rev", " 1.0 ", "1.0.0.preview-2", "01.0", "1.0+a-b_c",
             "1.0a.dev", "0!1.0", "1.0_post_3", "nonsense", "1.0.x", "", "1..0", "1.0+", "1.0-", "2004d", "1.0.dev.1"]
OPERATORS = ["==", "!=", ">=", "<=", ">", "<", "~="]

PLATFORMS = [("posix", "linux", "Linux"), ("posix", "darwin", "Darwin"), ("nt", "win32", "Windows"),
             ("posix", "cygwin", "CYGWIN_NT-10.0"), ("posix", "linux2", "Linux"), ("java", "java1.8", "Java")]
IMPLEMENTATIONS = [("cpython", "CPython"), ("pypy", "PyPy"), ("graalpy", "GraalVM")]
PYTHONS = ["2.7.18", "3.0.0", "3.7.9", "3.8.0a1", "3.8.0", "3.8.5", "3.8.20", "3.9.0rc1", "3.9.0", "3.9.1", "3.9.18",
           "3.10.0b2", "3.10.0", "3.10.4", "3.11.0rc1", "3.11.2", "3.12.0", "3.14.0a1+", "4.0.0"]
EXTRAS = ["", "test", "Test_A", "docs"]
MARKER_TEXTS = {
    "python_version": ["3", "3.8", "3.9", "3.10", "3.8.5", "3.9.*", "4", "3.9.0rc1", "x"],
    "python_full_version": ["3.8", "3.8.5", "3.9.0", "3.9.1", "3.9.0rc1", "3.10.0b2", "3.8.*", "3.9", "3.9.1.post0"],
    "sys_platform": ["win32", "linux", "darwin", "linux2", "cygwin", "linux linux2 darwin", "lin"],
    "os_name": ["nt", "posix", "java", "os"],
    "platform_system": ["Windows", "Linux", "Darwin", "Java"],
    "platform_machine": ["x86_64", "arm64", "x86_64 arm64", ""],
    "implementation_name": ["cpython", "pypy", "graalpy"],
    "platform_python_implementation": ["CPython", "PyPy", "Jython"],
    "platform_release": ["5", "5.4", "5.4.*", "6.1.0-18-amd64", "5.4+x"],
    "implementation_version": ["3.8", "7.3", "3.9.0"],
    "platform_version": ["#1 SMP", "1.0"],
    "extra": ["test", "TEST-a", "docs", ""],
    "extras": ["test", "test.a", "docs"],
    "dependency_groups": ["dev", "docs"],
}
MARKER_OPERATORS = ["==", "==", "!=", ">=", "<", "<=", ">", "in", "not in", "~=", "==="]

rng = random.Random(20261129)
Question = tuple[Any, ...]


@cache
def version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


@cache
def specifier_set(text: str) -> SpecifierSet | None:
    try:
        return SpecifierSet(text)
    except InvalidSpecifier:
        return None


def random_version(local: bool = True) -> str:
    epoch = rng.choice(["", "", "", "", "", "1!"])
    return epoch + rng.choice(RELEASES) + rng.choice(SUFFIXES) + (rng.choice(LOCALS) if local else "")


def random_specifier() -> str:
    kind = rng.random()
    if kind < 0.2:
        return rng.choice(["==", "!="]) + rng.choice(["", "", "1!"]) + rng.choice(RELEASES) + ".*"
    if kind < 0.25:
        return "===" + rng.choice([random_version(), "Nonsense", "1.0", "1.0A1"])
    if kind < 0.3:
        return rng.choice(OPERATORS) + rng.choice(["", " "]) + rng.choice(SPELLINGS)
    operator = rng.choice(OPERATORS)
    return operator + random_version(local=operator in ("==", "!=") and rng.random() < 0.4)


def random_set() -> str:
    return ",".join(random_specifier() for _ in range(rng.choice([0, 1, 1, 1, 2, 2, 3])))


def valid_set() -> tuple[str, SpecifierSet]:
    while True:
        text = random_set()
        found = specifier_set(text)
        if found is not None:
            return text, found


def questions_about_versions() -> Iterator[tuple[Question, Any]]:
    texts = [*SPELLINGS, *(random_version() for _ in range(3000))]
    for text in texts:
        found = version(text)
        yield ("version", text), found and [str(found), found.epoch, list(found.release), list(found.pre or []) or None,
                                            found.post, found.dev, found.local or ""]
    known = [text for text in texts if version(text)]
    for _ in range(30000):
        a, b = rng.choice(known), rng.choice(known)
        left, right = Version(a), Version(b)
        yield ("order", a, b), (left > right) - (left < right)


def questions_of_packaging() -> Iterator[tuple[Question, Any]]:
    """The pairs of versions that packaging's tests compare."""
    sys.path.insert(0, str(SOURCE))
    from tests.test_version import TestVersion  # type: ignore[import-not-found]

    orders = {"<": (-1,), "<=": (-1, 0), "==": (0,), "!=": (-1, 1), ">=": (0, 1), ">": (1,)}
    names = {"lt": "<", "le": "<=", "eq": "==", "ne": "!=", "ge": ">=", "gt": ">"}
    for test, expected in ((TestVersion.test_comparison_true, True), (TestVersion.test_comparison_false, False)):
        (parameters,) = test.pytestmark
        for left, right, operator in parameters.args[1]:
            fitting = orders[names[operator.__name__]]
            yield ("order", left, right), lambda order, fitting=fitting, expected=expected: (order in fitting) == expected


def questions_about_specifiers() -> Iterator[tuple[Question, Any]]:
    for _ in range(4000):
        text = rng.choice(["", " "]) + random_specifier() + rng.choice(["", "", "", ".*", "+x", " ", ";"])
        try:
            found = Specifier(text)
            yield ("specifier", text), [str(found), bool(found.prereleases)]
        except InvalidSpecifier:
            yield ("specifier", text), None
    for _ in range(110_000):
        text = random_set()
        candidate = rng.choice(SPELLINGS) if rng.random() < 0.1 else random_version()
        prereleases = rng.choice([None, None, True, False])
        found = specifier_set(text)
        expected = None if found is None else found.contains(candidate, prereleases=prereleases)
        yield ("contains", text, candidate, prereleases), expected
    for _ in range(8000):
        text, found = valid_set()
        candidates = [rng.choice([random_version(), rng.choice(SPELLINGS)]) for _ in range(rng.randrange(8))]
        prereleases = rng.choice([None, None, True, False])
        yield ("filter", text, candidates, prereleases), list(found.filter(candidates, prereleases=prereleases))


def dense_versions() -> list[Version]:
    """What the generator makes, and what lies between."""
    releases = ["0", "0.0.1", "0.9", "1", "1.0.0.0.1", "1.0.0.1", "1.0.1", "1.1", "1.2", "1.3", "1.10", "1.11", "2", "3"]
    suffixes = {*SUFFIXES, "a3", "a0.dev0", "a2.dev0", "b1.post3", ".post3", ".post1.dev2", ".post2.dev0", ".dev3", "rc2"}
    texts = {epoch + release + suffix for epoch in ("", "1!") for release in releases for suffix in suffixes}
    texts |= {release + suffix + local for release in ("0", "1", "1.1", "2") for suffix in ("", "a1", ".post1")
              for local in ("+a", "+a.1", "+0", "+000a", "+b", "+1.a", "+00")}
    return sorted({Version(text) for text in texts})


def questions_about_pairs() -> Iterator[tuple[Question, Any]]:
    dense = dense_versions()

    @cache
    def admitted(text: str) -> int:
        """A bit for each version."""
        found = Specifier(text)
        return sum(1 << place for place, candidate in enumerate(dense) if found.contains(candidate, prereleases=True))

    def admitted_by(text: str) -> int:
        bits = (1 << len(dense)) - 1
        for clause in filter(None, text.split(",")):
            bits &= admitted(clause.strip())
        return bits

    clauses = [random_specifier() for _ in range(1500)]
    clauses = [clause for clause in clauses if specifier_set(clause)]
    finals = sum(1 << place for place, candidate in enumerate(dense) if not candidate.is_prerelease)
    for _ in range(7_000):
        a, b = (",".join(rng.sample(clauses, rng.choice([0, 1, 1, 2, 2, 3]))) for _ in range(2))
        both = f"{a},{b}"
        for prereleases in (None, False):
            combined = SpecifierSet(both, prereleases=prereleases)
            yield ("satisfiable", both, prereleases), not combined.is_unsatisfiable()
        yield ("disjoint", a, b), SpecifierSet(both).is_unsatisfiable()
        if "===" in both:
            continue
        bits_a, bits_b = admitted_by(a), admitted_by(b)
        if bits_a & bits_b:
            yield ("disjoint", a, b), False
        if bits_a & bits_b & finals:
            yield ("satisfiable", both, False), True
        # Packaging counts texts that are no version among what an empty set admits.
        range_a, range_b = (SpecifierSet(text or ">=0.dev0").to_range() for text in (a, b))
        is_subset, is_superset = range_a.is_subset(range_b), range_b.is_subset(range_a)
        yield ("subset", a, b), is_subset
        yield ("tightens", b, a), is_subset and not is_superset
        if bits_a & ~bits_b:
            yield ("subset", a, b), False


def random_comparison() -> str:
    name = rng.choice([*MARKER_TEXTS, *["python_version", "python_full_version", "sys_platform", "os_name"] * 2])
    text, operator = rng.choice(MARKER_TEXTS[name]), rng.choice(MARKER_OPERATORS)
    if name in ("extras", "dependency_groups"):
        return f"'{text}' {rng.choice(['in', 'not in', 'in', 'not in', '=='])} {name}"
    if rng.random() < 0.15:
        return f'"{text}" {operator} {name}'
    return f"{name}{' ' if operator.endswith('in') else rng.choice(['', ' '])}{operator} '{text}'"


def random_marker(depth: int = 2) -> str:
    if depth == 0 or rng.random() < 0.45:
        return random_comparison()
    parts = [random_marker(depth - 1) for _ in range(rng.choice([2, 2, 3]))]
    text = parts[0]
    for part in parts[1:]:
        text += rng.choice([" and ", " or "]) + (f"({part})" if rng.random() < 0.4 else part)
    return text


def random_environment() -> dict[str, Any]:
    os_name, sys_platform, system = rng.choice(PLATFORMS)
    name, platform_name = rng.choice(IMPLEMENTATIONS)
    python = rng.choice(PYTHONS)
    return {"os_name": os_name, "sys_platform": sys_platform, "platform_system": system, "implementation_name": name,
            "platform_python_implementation": platform_name, "python_full_version": python,
            "python_version": ".".join(python.split(".")[:2]), "platform_machine": rng.choice(["x86_64", "arm64", ""]),
            "platform_release": rng.choice(["5.4", "6.1.0-18-amd64", "5", "5.4+x", ""]),
            "implementation_version": rng.choice(["3.8.5", "7.3.13", "3.9.0"]),
            "platform_version": rng.choice(["#1 SMP", "1.0"]), "extra": rng.choice(EXTRAS),
            "extras": sorted(rng.sample(["Test", "test_a", "docs"], rng.randrange(3))),
            "dependency_groups": sorted(rng.sample(["dev", "docs"], rng.randrange(3)))}


def as_packaging_has_it(environment: dict[str, Any]) -> dict[str, Any]:
    return {name: set(value) if isinstance(value, list) else value for name, value in environment.items()}


def evaluated(marker: Marker, environment: dict[str, Any]) -> bool | str:
    try:
        return marker.evaluate(as_packaging_has_it(environment))
    except UndefinedComparison:
        return "undefined"
    except UndefinedEnvironmentName:
        return "missing"


def questions_about_markers() -> Iterator[tuple[Question, Any]]:
    for _ in range(15_000):
        text, environment = random_marker(), random_environment()
        expected = evaluated(Marker(text), environment)
        yield ("evaluate", text, environment), expected
        yield ("truth", text, environment), expected if isinstance(expected, bool) else ...
    characters = ["python_version", "os_name", "extra", "'3.8'", '"x"', "'", "==", "<", "in", "not", "and", "or", "(", ")",
                  " ", " ", "\t", "\n", "os.name", "\\", "'\\x41'", "'a\\'"]
    for _ in range(6000):
        text = random_marker()
        for _ in range(rng.choice([1, 1, 2])):
            place = rng.randrange(len(text) + 1)
            text = text[:place] + rng.choice(characters) + text[place + rng.choice([0, 0, 1, 3]):]
        try:
            Marker(text)
            yield ("marker", text), True
        except InvalidMarker:
            yield ("marker", text), None


class MarkerPairs:
    """Whether two markers can both hold: what is shown must hold, and what is denied must hold nowhere."""

    def __init__(self) -> None:
        self.environments = [random_environment() for _ in range(200)]
        markers = [random_marker(rng.choice([0, 1, 1, 2])) for _ in range(900)]
        # What packaging refuses to evaluate cannot be checked.
        self.markers = [text for text in markers if all(
            isinstance(evaluated(Marker(text), environment), bool) for environment in self.environments[:12])]
        self.tables: dict[str, int] = {}
        self.wrong: list[str] = []
        self.counts: dict[Any, int] = {}

    def table(self, text: str) -> int:
        """A bit for each environment, where the marker holds."""
        if text not in self.tables:
            marker = Marker(text)
            self.tables[text] = sum(1 << place for place, environment in enumerate(self.environments)
                                    if evaluated(marker, environment) is True)
        return self.tables[text]

    def questions(self) -> Iterator[tuple[Question, Any]]:
        for _ in range(10_000):
            a, b = rng.choice(self.markers), rng.choice(self.markers)
            python = rng.choice(["", "", ">=3.9", ">=3.8.5,<3.10", "~=3.8"])
            known = rng.choice([{}, {}, {"sys_platform": "linux"}, {"python_version": "3.9"}, {"extra": "", "os_name": "nt"}])
            yield ("both", a, b, python, known), lambda answer, a=a, b=b, python=python, known=known: self.is_right(
                answer, a, b, SpecifierSet(python), known)

    def fits(self, environment: dict[str, Any], python: SpecifierSet, known: dict[str, Any]) -> bool:
        return python.contains(environment["python_full_version"].replace("+", "+local"), prereleases=True) and all(
            environment[name] == value for name, value in known.items())

    def is_right(self, answer: list[Any], a: str, b: str, python: SpecifierSet, known: dict[str, Any]) -> bool:
        truth, first, second = answer
        self.counts[truth] = self.counts.get(truth, 0) + 1
        if truth is True:
            answers = {evaluated(Marker(a), first), evaluated(Marker(b), second)}
            return answers <= {True, "undefined"} and (
                "python_full_version" not in first or self.fits({**known, **first}, python, known))
        if truth == "unknown":
            return True
        both = self.table(a) & self.table(b)
        return not any(both >> place & 1 and self.fits(environment, python, known)
                       for place, environment in enumerate(self.environments))


def compare(program: str) -> bool:
    pairs = MarkerPairs()
    asked: list[tuple[Question, Any]] = list(itertools.chain(
        questions_about_versions(), questions_of_packaging(), questions_about_specifiers(), questions_about_pairs(),
        questions_about_markers(), pairs.questions()))
    text = "".join(json.dumps(question) + "\n" for question, _ in asked)
    result = subprocess.run([program], input=text, capture_output=True, text=True, check=True)
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(answers) == len(asked), f"{len(answers)} answers to {len(asked)} questions"
    wrong: dict[str, list[tuple[Question, Any, Any]]] = {}
    counts: dict[str, int] = {}
    for (question, expected), answer in zip(asked, answers, strict=True):
        kind = question[0]
        counts[kind] = counts.get(kind, 0) + 1
        is_right = expected(answer) if callable(expected) else expected is ... or answer == expected
        if not is_right:
            wrong.setdefault(kind, []).append((question, answer, "" if callable(expected) else expected))
    for kind, count in counts.items():
        print(f"{kind}: {count} questions, {len(wrong.get(kind, []))} answered otherwise than by packaging")
        for question, answer, expected in wrong.get(kind, [])[:5]:
            print(f"  {json.dumps(question)}\n    here:      {answer}\n    packaging: {expected}")
    print(f"pairs of markers: {pairs.counts}")
    return not wrong


def run_packaging_tests(program: str) -> bool:
    assert f'version = "{packaging.__version__}"' in (SOURCE / "src/packaging/__init__.py").read_text().replace(
        "__version__", "version"), "build/packaging has the tests of another version"
    tests = [SOURCE / "tests" / name for name in ("test_version.py", "test_specifiers.py", "test_markers.py")]
    unwanted = " or ".join(NOT_ASKED)
    done = subprocess.run([sys.executable, "-B", "-m", "pytest", "-q", "-p", "packaging_tests", "-p", "no:cacheprovider",
                           "-c", str(HERE / "packaging_tests.ini"), "--rootdir", str(SOURCE), "-k", f"not ({unwanted})",
                           *map(str, tests)], check=False,
                          env={**os.environ, "SPECIFIER_ANSWERS": program, "PYTHONPATH": str(HERE)})
    return done.returncode == 0


def main() -> int:
    program = sys.argv[1]
    agrees = compare(program)
    passes = run_packaging_tests(program)
    return 0 if agrees and passes else 1


if __name__ == "__main__":
    sys.exit(main())

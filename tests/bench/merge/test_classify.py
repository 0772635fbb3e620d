from pathlib import Path

import pytest

from classify import Case, Verdict, classify, parse

HUMAN = """\
import os
from a import b, c

def f(x):
    return x + 1
"""


def written(directory: Path, **files: str) -> Case:
    for name in ("base", "ours", "theirs", "human"):
        (directory / f"{name}.py").write_text(files.get(name, HUMAN))
    return Case("a case", directory)


@pytest.mark.parametrize(
    ("merged", "verdict"),
    [
        pytest.param(HUMAN, Verdict.EQUAL, id="the same bytes"),
        pytest.param(HUMAN.replace("x + 1", "(x +\n        1)  # more"), Verdict.EQUIVALENT, id="white space and comments"),
        pytest.param(HUMAN.replace("b, c", "c\nfrom a import b"), Verdict.EQUIVALENT, id="names of an import in two"),
        pytest.param("from a import c, b\nimport os\n" + HUMAN.partition("c\n")[2], Verdict.EQUIVALENT, id="order of imports"),
        pytest.param(HUMAN.replace("import os\n", "import os\nimport os\n"), Verdict.DIFFERENT, id="an import twice"),
        pytest.param(HUMAN.replace("b, c", "b as c, c"), Verdict.DIFFERENT, id="another name for an import"),
        pytest.param(HUMAN.replace("x + 1", "x + 2"), Verdict.DIFFERENT, id="another expression"),
        pytest.param(HUMAN + "f(1)\n", Verdict.DIFFERENT, id="a statement more"),
        pytest.param(HUMAN.replace("x + 1", "x + ("), Verdict.BROKEN, id="no longer Python"),
    ],
)
def test_a_result_is_held_against_what_people_made(tmp_path: Path, merged: str, verdict: Verdict) -> None:
    assert classify(written(tmp_path), merged.encode()) == verdict


def test_imports_keep_their_place_among_other_statements(tmp_path: Path) -> None:
    case = written(tmp_path, human="import a\nf()\nimport b\n")
    assert classify(case, b"import b\nf()\nimport a\n") == Verdict.DIFFERENT


def test_imports_of_an_inner_block_are_sorted_too(tmp_path: Path) -> None:
    case = written(tmp_path, human="try:\n    import a\n    import b\nexcept ImportError:\n    pass\n")
    assert classify(case, case.human.replace(b"import a\n    import b", b"import b, a")) == Verdict.EQUIVALENT


def test_future_imports_do_not_change_places_with_others(tmp_path: Path) -> None:
    case = written(tmp_path, human="from __future__ import annotations\nimport a\n")
    assert classify(case, b"import a\nfrom __future__ import annotations\n") == Verdict.DIFFERENT


def test_a_decorator_is_part_of_its_function(tmp_path: Path) -> None:
    case = written(tmp_path, human="@a\ndef f(): pass\n")
    assert classify(case, b"@b\ndef f(): pass\n") == Verdict.DIFFERENT


def test_statements_that_share_a_line_are_told_apart(tmp_path: Path) -> None:
    case = written(tmp_path, human="f(); g()\n")
    assert classify(case, b"g(); f()\n") == Verdict.DIFFERENT
    assert classify(case, b"f()\ng()\n") == Verdict.EQUIVALENT


def test_python_2_is_compared_as_text_and_never_broken(tmp_path: Path) -> None:
    old = "if a:\n    print 'x', 1\n"
    case = written(tmp_path, base=old, ours=old, theirs=old, human=old)
    assert parse(case.human) is None
    assert classify(case, b"if a:\n\n    print 'x',  1") == Verdict.EQUIVALENT
    assert classify(case, b"if a:\nprint 'x', 1\n") == Verdict.DIFFERENT
    assert classify(case, b"if a(:\n    print 'x', 1\n") == Verdict.DIFFERENT


def test_what_people_broke_is_compared_as_text(tmp_path: Path) -> None:
    case = written(tmp_path, human="<<<<<<< ours\nx\n")
    assert classify(case, b"x = 1\n") == Verdict.DIFFERENT
    assert classify(case, b"<<<<<<<ours\nx\n") == Verdict.BROKEN

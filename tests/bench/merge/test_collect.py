import json
from pathlib import Path

import pytest

from collect import Found, collect
from repository import Repository, edited


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "clone")


def collected(repository: Repository, out: Path) -> tuple[Found, list[Path]]:
    [(found, count)] = collect({"clone": repository.path}, out)
    cases = sorted(out.glob("*/*"))
    assert len(cases) == count
    return found, cases


def test_a_file_that_both_sides_changed_is_a_case(repository: Repository, tmp_path: Path) -> None:
    base = repository.commit({"both.py": edited(), "one.py": edited(), "same.py": edited(), "text.txt": "a"})
    ours = repository.branch("ours", base, {"both.py": edited(line_1="o"), "one.py": "o", "same.py": "x", "text.txt": "o"})
    theirs = repository.branch("theirs", base, {"both.py": edited(line_8="t"), "same.py": "x", "text.txt": "t"})
    merge = repository.merge([ours, theirs], {"both.py": edited(line_1="o", line_8="t")})

    found, [case] = collected(repository, tmp_path / "corpus")

    assert case.name == f"0001-{merge[:8]}-both"
    assert {path.stem: path.read_text() for path in case.glob("*.py")} == {
        "base": edited(), "ours": edited(line_1="o"), "theirs": edited(line_8="t"), "human": edited(line_1="o", line_8="t"),
    }
    about = {"commit": merge, "base": base, "ours": ours, "theirs": theirs, "path": "both.py"}
    assert json.loads((case / "meta.json").read_text()) == about
    assert found.skipped == {"files with the same change, or none left, on both sides": 1}


def test_what_is_passed_over_is_counted(repository: Repository, tmp_path: Path) -> None:
    names = ("gone.py", "large.py", "latin.py", "removed.py")
    base = repository.commit({name: edited() for name in names})
    latin = edited(line_1="'caf\u00e9'").encode("latin-1")
    ours = repository.branch("ours", base, {
        "gone.py": edited(line_1="o"), "large.py": edited(line_1="o" * 1_000_001), "latin.py": latin, "removed.py": None, "new.py": "o",
    })
    theirs = repository.branch("theirs", base, {**{name: edited(line_8="t") for name in names}, "new.py": "t"})
    merge = repository.merge([ours, theirs], {"gone.py": None})
    ahead = repository.branch("ahead", merge, {"latin.py": "a"})
    repository.merge([merge, ahead], {})

    found, cases = collected(repository, tmp_path / "corpus")

    assert cases == []
    assert found.skipped == {
        "files added on both sides": 1, "files removed on one side": 1, "files that the merge has not": 1,
        "files larger than 1 MB": 1, "files that are not UTF-8": 1, "merges of what was ahead": 1,
    }


def test_the_same_files_are_one_case_in_the_whole_corpus(repository: Repository, tmp_path: Path) -> None:
    base = repository.commit({"a.py": edited()})
    ours = repository.branch("ours", base, {"a.py": edited(line_1="o")})
    theirs = repository.branch("theirs", base, {"a.py": edited(line_8="t")})
    repository.merge([ours, theirs], {})

    written = collect({"first": repository.path, "second": repository.path}, tmp_path / "corpus", jobs=2)

    assert [(found.name, count) for found, count in written] == [("first", 1), ("second", 0)]


def test_a_merge_with_two_bases_and_a_trial_merge_of_a_forge_are_passed_over(repository: Repository, tmp_path: Path) -> None:
    base = repository.commit({"a.py": edited()})
    ours = repository.branch("ours", base, {"a.py": edited(line_1="o")})
    theirs = repository.branch("theirs", base, {"a.py": edited(line_8="t")})
    trial = repository.merge([ours, theirs], {"a.py": "trial"})
    repository.git("update-ref", "refs/pull/1/merge", trial)
    one = repository.merge([ours, theirs], {"a.py": "one"})
    other = repository.merge([theirs, ours], {"a.py": "other"})
    repository.merge([one, other], {"a.py": "crossed"})

    found, cases = collected(repository, tmp_path / "corpus")

    # The second is of the same files with the sides changed.
    assert [(case / "human.py").read_text() for case in cases] == ["one", "other"]
    assert found.skipped == {"merges with several bases": 1}

"""What counts as a test that a commit changes, and what the table says of it."""

from pathlib import Path

import replay


def test_another_outcome_new_and_gone_count(tmp_path: Path) -> None:
    (tmp_path / "test_a.py").touch()
    before = {"test_a.py::same": "passed", "test_a.py::broken": "passed", "test_a.py::gone": "passed", "test_b.py::gone": "passed"}
    after = {"test_a.py::same": "passed", "test_a.py::broken": "failed", "test_a.py::new": "skipped"}
    # The file of the last is gone with it: there is nothing left to select.
    assert replay.changed_tests(before, after, tmp_path) == {"test_a.py::broken", "test_a.py::new", "test_a.py::gone"}
    assert replay.changed_tests(before, before, tmp_path) == set()


def test_a_row_counts_what_was_missed() -> None:
    commits = [
        replay.Commit("a", tests=100, changed=3, selected=50, missed=["test_a.py::x"], by_testmon=10, missed_by_testmon=2),
        replay.Commit("b", tests=100, selected=100, is_whole=True, by_testmon=30),
    ]
    cells = [cell.strip() for cell in replay.row("shop", commits).strip("|").split("|")]
    assert cells == ["shop", "2", "1", "3", "1", "75 %", "1", "50 %", "20 %", "2"]
    assert replay.HEADER.splitlines()[0].count("|") == replay.row("shop", commits).count("|")


def test_no_commit_has_no_share() -> None:
    assert "–" in replay.row("shop", [])

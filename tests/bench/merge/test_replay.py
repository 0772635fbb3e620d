import json
import sys
from pathlib import Path

import pytest

import replay
from classify import Verdict
from repository import edited


def write_case(corpus: Path, name: str, **files: str) -> None:
    directory = corpus / "project" / name
    directory.mkdir(parents=True)
    for stem, text in files.items():
        (directory / f"{stem}.py").write_text(text)
    (directory / "meta.json").write_text("{}")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    ours, theirs = edited(line_1="line_1 = 'o'"), edited(line_8="line_8 = 't'")
    both = edited(line_1="line_1 = 'o'", line_8="line_8 = 't'")
    write_case(tmp_path / "corpus", "1-clean", base=edited(), ours=ours, theirs=theirs, human=both)
    write_case(tmp_path / "corpus", "2-conflict", base=edited(), ours=ours, theirs=edited(line_1="t"), human=ours)
    write_case(tmp_path / "corpus", "3-edited", base=edited(), ours=ours, theirs=theirs, human=both + "more = 1\n")
    return tmp_path / "corpus"


@pytest.fixture
def taking_ours(tmp_path: Path) -> Path:
    """A merge tool that knows no conflicts: it takes our side."""
    tool = tmp_path / "taking_ours"
    tool.write_text('#!/bin/sh\n[ "$1" = merge ] || exit 0\ncp "$3" "$6"\n')
    tool.chmod(0o755)
    return tool


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str | Path) -> None:
    monkeypatch.setattr(sys, "argv", ["replay.py", *map(str, arguments)])
    assert replay.main() == 0


def test_every_tool_is_judged_on_every_case(corpus: Path, taking_ours: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    run(monkeypatch, corpus, "--mlx", taking_ours, "--json", tmp_path / "out.json", "--save", tmp_path / "saved")

    cases = json.loads((tmp_path / "out.json").read_text())["cases"]
    assert {name: {tool: outcome["class"] for tool, outcome in case["tools"].items()} for name, case in cases.items()} == {
        "project/1-clean": {"git": Verdict.EQUAL, "mlx": Verdict.DIFFERENT},
        "project/2-conflict": {"git": Verdict.CONFLICT, "mlx": Verdict.EQUAL},
        "project/3-edited": {"git": Verdict.DIFFERENT, "mlx": Verdict.DIFFERENT},
    }
    assert (tmp_path / "saved/project/2-conflict/mlx.equal.py").read_text() == edited(line_1="line_1 = 'o'")


def test_a_later_run_says_what_has_changed(
    corpus: Path, taking_ours: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch, corpus, "--mlx", taking_ours, "--json", tmp_path / "old.json")
    taking_ours.write_text("#!/bin/sh\nexit 1\n")
    capsys.readouterr()

    run(monkeypatch, corpus, "--mlx", taking_ours, "--only", "conflicts", "--compare", tmp_path / "old.json")

    changes = capsys.readouterr().out.partition("git: 0 of 1 cases have changed")[2]
    assert changes.split("\n")[2:] == ["mlx: 1 of 1 cases have changed", "  equal -> conflict: 1", "    project/2-conflict", ""]

"""Writes the golden merges of one language as seeds for its fuzz target: merge_corpus.py LANGUAGE DIRECTORY."""

import sys
from pathlib import Path

GOLDEN = Path(__file__).parent.parent / "golden"
BETWEEN = b"\x1e"


def main() -> None:
    language, directory = sys.argv[1], Path(sys.argv[2])
    directory.mkdir(parents=True, exist_ok=True)
    # Text has no cases of its own: those of all languages are text.
    pattern = "*" if language == "text" else language
    for root in ("merge", "merge-known-bad"):
        for case in sorted((GOLDEN / root).glob(f"{pattern}/*")):
            versions = [next(case.glob(f"{name}.*")).read_bytes() for name in ("base", "ours", "theirs")]
            (directory / f"{case.parent.name}-{case.name}").write_bytes(BETWEEN.join(versions))


if __name__ == "__main__":
    main()

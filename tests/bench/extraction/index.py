"""The index of 100 MB of Python: cold, unchanged, after one changed file; and CPython's `ast` beside it.

    index.py --index build/release/index_bench --out build/bench [--peer] [PYTHON_DIRECTORY…]

The Python is what this machine has: the standard library and every site-packages, copied below the directory until
it is 100 MB. Where that is not enough it goes round again, with a comment more in every file, so that no two files
are alike. CPU time stands beside wall time, for a machine that does other things too.
"""

import argparse
import json
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

TARGET = 100_000_000
COLD_SECONDS, CHANGED_SECONDS, MEGABYTES, RATIO = 8.0, 0.150, 400.0, 8.0


def source_directories(extra: list[Path]) -> list[Path]:
    paths = sysconfig.get_paths()
    known = [*extra, Path(paths["stdlib"]), Path(paths["purelib"]), Path("/usr/lib/python3"), *Path("/usr/lib").glob("python3.*")]
    return [path for path in dict.fromkeys(p.resolve() for p in known) if path.is_dir()]


def make_corpus(directory: Path, sources: list[Path]) -> int:
    """The size in bytes of what is there now."""
    done = directory / ".complete"
    if done.exists():
        return int(done.read_text())
    size = 0
    seen: set[Path] = set()
    for turn in range(20):
        for number, source in enumerate(sources):
            for path in sorted(source.rglob("*.py")):
                if not path.is_file() or (turn == 0 and path.resolve() in seen):
                    continue
                seen.add(path.resolve())
                data = path.read_bytes() + (b"\n# turn %d\n" % turn if turn else b"")
                target = directory / f"turn{turn}" / f"source{number}" / path.relative_to(source)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
                size += len(data)
                if size >= TARGET:
                    done.write_text(str(size))
                    return size
    return size


def run(command: list[str]) -> dict:
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def wait_until_settled(directory: Path) -> None:
    """A file that was written in the last two seconds is never taken as unchanged."""
    newest = max(path.stat().st_ctime for path in directory.rglob("*.py"))
    time.sleep(max(0.0, newest + 3.5 - time.time()))


def show(what: str, result: dict, bar: str = "") -> None:
    print(f"{what:34} {result['wall'] * 1000:8.0f} ms wall {result['cpu'] * 1000:8.0f} ms CPU {result['megabytes']:7.0f} MB"
          f"{bar and '   bar: ' + bar}", flush=True)  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", required=True, help="the program index_bench")
    parser.add_argument("--out", type=Path, required=True, help="a directory for the corpus, kept for the next time")
    parser.add_argument("--peer", action="store_true", help="run the CPython script beside it")
    parser.add_argument("sources", nargs="*", type=Path)
    arguments = parser.parse_args()
    corpus = arguments.out / "python-corpus"
    size = make_corpus(corpus, source_directories(arguments.sources))
    wait_until_settled(corpus)
    cache = arguments.out / "index.db"
    command = [arguments.index, str(corpus), str(cache)]

    colds = []
    for _ in range(3):
        for suffix in ("", "-wal", "-shm"):
            Path(f"{cache}{suffix}").unlink(missing_ok=True)
        colds.append(run(command))
    cold = min(colds, key=lambda result: result["wall"])
    print(f"{size / 1e6:.0f} MB of Python in {cold['files']} files")
    show("cold, best of 3", cold, f"{COLD_SECONDS * 1000:.0f} ms, {MEGABYTES:.0f} MB")
    warm = min((run(command) for _ in range(5)), key=lambda result: result["wall"])
    show("nothing changed, best of 5", warm)
    assert warm["read"] == 0, warm

    victim = sorted(corpus.rglob("*.py"))[cold["files"] // 2]
    original = victim.read_bytes()
    changes = []
    for i in range(5):
        victim.write_bytes(original + b"\nCHANGED = %d\n" % (time.time_ns() + i))
        changes.append(run(command))
        assert changes[-1]["read"] == 1, changes[-1]
    victim.write_bytes(original)
    changed = min(changes, key=lambda result: result["wall"])
    show("one file changed, best of 5", changed, f"{CHANGED_SECONDS * 1000:.0f} ms")

    is_good = (cold["wall"] <= COLD_SECONDS and changed["wall"] <= CHANGED_SECONDS
               and max(cold["megabytes"], changed["megabytes"]) < MEGABYTES)  # fmt: skip
    if arguments.peer:
        script = Path(__file__).parents[1] / "peers" / "ast_extraction.py"
        peer = run([sys.executable, str(script), str(corpus)])
        show("CPython's ast, cold", peer)
        ratio = peer["wall"] / cold["wall"]
        print(f"cold, mlx is {ratio:.1f} times as fast by wall time, {peer['cpu'] / cold['cpu']:.1f} by CPU time (bar: {RATIO:.0f})")
        is_good = is_good and ratio >= RATIO
    print("all bars are met" if is_good else "A BAR IS MISSED")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())

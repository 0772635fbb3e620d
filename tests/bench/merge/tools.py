"""The merge tools, each run as a process on three files."""

import os
import resource
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from classify import Verdict

TIMEOUT_SECONDS = 20.0


@dataclass(frozen=True)
class Attempt:
    # None if the tool says that it merged the files; what that is worth is not known here.
    verdict: Verdict | None
    text: bytes
    seconds: float
    cpu_seconds: float
    message: str = ""


@dataclass(frozen=True)
class Finished:
    status: int
    text: bytes


@dataclass(frozen=True)
class Tool:
    """In `command`, {base}, {ours}, {theirs} and {out} stand for files; without {out}, the result is what is printed."""

    name: str
    version: str
    command: tuple[str, ...]
    verdict: Callable[[Finished], Verdict | None]


def by_status(done: Finished) -> Verdict | None:
    return {0: None, 1: Verdict.CONFLICT}.get(done.status, Verdict.ERROR)


def by_count(done: Finished) -> Verdict | None:
    """The exit status of `git merge-file` is the number of conflicts, or 255."""
    return None if done.status == 0 else Verdict.CONFLICT if done.status < 128 else Verdict.ERROR


def by_marks(done: Finished) -> Verdict | None:
    """imediff says nothing of conflicts when nobody is at the keyboard; they are in the text."""
    if done.status != 0:
        return Verdict.ERROR
    return Verdict.CONFLICT if any(line.startswith(b"<<<<<<< /") for line in done.text.splitlines()) else None


def version(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return next((line.strip() for line in done.stdout.splitlines() if line.strip()), "unknown")


def git() -> Tool:
    return Tool("git", version("git", "--version"), ("git", "merge-file", "-p", "{ours}", "{base}", "{theirs}"), by_count)


def mlx(binary: str) -> Tool:
    return Tool("mlx", version(binary, "--version"), (binary, "merge", "{base}", "{ours}", "{theirs}", "-o", "{out}"), by_status)


def mergiraf(binary: str) -> Tool:
    return Tool("mergiraf", version(binary, "--version"), (binary, "merge", "{base}", "{ours}", "{theirs}", "-o", "{out}"), by_status)


def imediff(binary: str) -> Tool:
    # -n asks nobody, -g merges by character what does not merge by line.
    return Tool("imediff", version(binary, "--version"), (binary, "-n", "-g", "-o", "{out}", "{ours}", "{base}", "{theirs}"), by_marks)


def environment(home: Path) -> dict[str, str]:
    """Nobody's own settings; mergiraf writes what it has solved below the home directory."""
    return {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1"}


def children_cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def attempt(tool: Tool, case: Path, scratch: Path) -> Attempt:
    out = scratch / f"{tool.name}.py"
    files = {"{out}": str(out), **{f"{{{name}}}": str(case / f"{name}.py") for name in ("base", "ours", "theirs")}}
    command = [files.get(part, part) for part in tool.command]
    cpu = children_cpu_seconds()
    start = time.perf_counter()
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT_SECONDS,
                              check=False, cwd=scratch, env=environment(scratch))
    except subprocess.TimeoutExpired:
        return Attempt(Verdict.TIMEOUT, b"", time.perf_counter() - start, children_cpu_seconds() - cpu)
    seconds = time.perf_counter() - start
    cpu = children_cpu_seconds() - cpu
    message = done.stderr.decode(errors="replace")
    if done.returncode < 0:
        return Attempt(Verdict.CRASH, b"", seconds, cpu, f"signal {-done.returncode}\n{message}")
    writes_file = "{out}" in tool.command
    if writes_file and not out.exists():
        # A conflict may be told without a file; anything else that leaves none has failed.
        verdict = tool.verdict(Finished(done.returncode, b""))
        return Attempt(verdict or Verdict.ERROR, b"", seconds, cpu, f"status {done.returncode}, no result\n{message}")
    text = out.read_bytes() if writes_file else done.stdout
    return Attempt(tool.verdict(Finished(done.returncode, text)), text, seconds, cpu, message)

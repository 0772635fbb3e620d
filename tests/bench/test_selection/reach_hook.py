"""Writes the files that Python opens to the file that MLX_REACH names. reach.py puts it in the way as sitecustomize."""

import os
import sys

LOG = os.environ.get("MLX_REACH")

if LOG:
    ROOT = os.environ["MLX_REACH_ROOT"] + os.sep
    seen: set[str] = set()
    log = os.open(LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def note(event: str, arguments: tuple) -> None:
        if event != "open" or not isinstance(arguments[0], (str, bytes)):
            return
        path = os.path.abspath(os.fsdecode(arguments[0]))
        is_read = not isinstance(arguments[1], str) or not set("wax") & set(arguments[1])
        if is_read and path.startswith(ROOT) and path not in seen:
            seen.add(path)
            os.write(log, os.fsencode(path[len(ROOT):] + "\n"))

    sys.addaudithook(note)

"""Looks for known weaknesses in what is installed: `python -m projenrc.audit [ARGUMENT…]`.

pip-audit is asked about the distributions of this environment, less those that no index has, such
as the project itself. It is strict: one that it could not ask about is a failure.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from importlib.metadata import Distribution, distributions
from pathlib import Path

from projenrc.tool import NOT_FOUND, ToolMissingError, command_of, this_machine


def pins(installed: Iterable[Distribution]) -> list[str]:
    """`name==version` of every distribution that came from an index."""
    found = {
        f"{distribution.metadata['Name']}=={distribution.version}"
        for distribution in installed
        # Where it says from which address or directory it came, an index was not asked (PEP 610).
        if distribution.read_text("direct_url.json") is None and distribution.metadata["Name"]
    }
    return sorted(found, key=str.lower)


def main(arguments: Sequence[str]) -> int:
    wanted = pins(distributions())
    if not wanted:
        print("nothing is installed here: install the project first", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as directory:
        listing = Path(directory, "requirements.txt")
        listing.write_text("\n".join(wanted) + "\n", encoding="utf-8")
        options = ("--strict", "--no-deps", "--disable-pip", "-r", str(listing))
        try:
            command = command_of("pip-audit", [*options, *arguments], this_machine())
        except ToolMissingError as missing:
            print(missing, file=sys.stderr)
            return NOT_FOUND
        return subprocess.run(command, check=False).returncode  # noqa: S603 - no shell


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

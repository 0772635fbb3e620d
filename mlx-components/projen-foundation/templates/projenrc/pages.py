"""The project's pages: Markdown in docs/, its links, its index, and HTML of it."""

import html
import os.path
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

BEGIN = "<!-- pages -->"
END = "<!-- /pages -->"
INDEX = "index.md"

# [text](target "title"), but not ![…] of an address; the target may have a #fragment.
_LINK = re.compile(
    r"(?P<before>\[[^\]\n]*\]\()(?P<target>[^()\s]+)(?P<after>(?:\s+\"[^\"\n]*\")?\))"
)
_FENCE = re.compile(r"^\s*(```|~~~)")

_STYLE = """\
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.55 sans-serif }
pre, code { font-family: ui-monospace, monospace; font-size: .9em; background: #f4f4f4 }
pre { padding: .8rem; overflow-x: auto }
table { border-collapse: collapse }
td, th { border: 1px solid #ccc; padding: .3rem .6rem; text-align: left }
"""


@dataclass
class LinkRepair:
    """A page with its links mended, and those that lead nowhere."""

    text: str
    mended: list[tuple[str, str]] = field(default_factory=list)
    broken: list[tuple[int, str]] = field(default_factory=list)  # line, target


def pages_below(directory: Path) -> list[PurePosixPath]:
    """Markdown files, relative to the directory; hidden ones are not pages."""
    found = (
        PurePosixPath(file.relative_to(directory).as_posix()) for file in directory.rglob("*.md")
    )
    return sorted(path for path in found if not any(part.startswith(".") for part in path.parts))


def title_of(text: str, path: PurePosixPath) -> str:
    """A page's first heading, else its file's name."""
    for line, is_code in _lines(text):
        heading = re.match(r"#{1,6}\s+(.+?)\s*#*\s*$", line)
        if heading and not is_code:
            return heading[1]
    return path.stem.replace("-", " ").replace("_", " ").capitalize()


def index_of(titles: Mapping[PurePosixPath, str]) -> str:
    """All pages by folder, as a list of links; the index itself is not among them."""
    folders: dict[PurePosixPath, list[PurePosixPath]] = {}
    for path in sorted(titles):
        if path != PurePosixPath(INDEX):
            folders.setdefault(path.parent, []).append(path)
    parts = []
    for folder in sorted(folders):
        heading = [] if folder == PurePosixPath() else [f"## {folder.as_posix()}", ""]
        lines = [f"- [{titles[path]}]({path.as_posix()})" for path in folders[folder]]
        parts.append("\n".join([*heading, *lines]))
    return "\n\n".join(parts)


def index_page(present: str | None, listing: str) -> str:
    """The index with the listing between its marks; what else is in it stays.

    Raises:
        ValueError: there is an index without marks, which is the user's.
    """
    block = f"{BEGIN}\n{listing}\n{END}"
    if present is None:
        return f"# Documentation\n\n{block}\n"
    begin, end = present.find(BEGIN), present.find(END)
    if begin < 0 or end < begin:
        raise ValueError(f"put {BEGIN} and {END} into it, where the list shall be")
    return present[:begin] + block + present[end + len(END) :]


def mend_links(text: str, page: PurePosixPath, files: set[PurePosixPath]) -> LinkRepair:
    """Point links of a page that lead nowhere to the one file of that name that there is.

    Paths are those of the project, as are ``files``. Addresses, fragments of the page itself and
    code are left alone.
    """
    repair = LinkRepair(text)
    lines = []
    for number, (line, is_code) in enumerate(_lines(text), start=1):

        def mended(link: re.Match[str], number: int = number) -> str:
            target = _mended_target(link["target"], number, page, files, repair)
            return link["before"] + target + link["after"]

        lines.append(line if is_code else _LINK.sub(mended, line))
    repair.text = "\n".join(lines)
    return repair


def _mended_target(
    target: str, number: int, page: PurePosixPath, files: set[PurePosixPath], repair: LinkRepair
) -> str:
    path, mark, fragment = target.partition("#")
    if not path or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//|/", path):
        return target
    place = PurePosixPath(os.path.normpath(page.parent / path))
    if place in files or any(place in file.parents for file in files):
        return target
    same_name = [file for file in files if file.name == place.name]
    if len(same_name) != 1:
        repair.broken.append((number, target))
        return target
    new = PurePosixPath(os.path.relpath(same_name[0], page.parent)).as_posix() + mark + fragment
    repair.mended.append((target, new))
    return new


def with_html_links(text: str) -> str:
    """Links to other pages lead to their HTML."""

    def renamed(link: re.Match[str]) -> str:
        path, mark, fragment = link["target"].partition("#")
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//", path) or not path.endswith(".md"):
            return link[0]
        return link["before"] + path.removesuffix(".md") + ".html" + mark + fragment + link["after"]

    return "\n".join(
        line if is_code else _LINK.sub(renamed, line) for line, is_code in _lines(text)
    )


def html_page(title: str, body: str, depth: int) -> str:
    """A whole page; ``depth`` is how many folders it is below the index."""
    home = "../" * depth + "index.html"
    return f"""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{html.escape(title)}</title>
<style>
{_STYLE}</style>
</head>
<body>
<nav><a href="{home}">Documentation</a></nav>
{body.strip()}
</body>
</html>
"""


def _lines(text: str) -> list[tuple[str, bool]]:
    """The lines, each with whether it is code in a fence."""
    result = []
    fence = ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        is_code = bool(fence or mark)
        result.append((line, is_code))
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1] == fence:
            fence = ""
    return result

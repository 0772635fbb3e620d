"""What the tasks `docs:…` do with the Markdown in docs/: `python -m projenrc.docs VERB`."""

import argparse
import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath

from projenrc import pages
from projenrc.tool import NOT_FOUND, ToolMissingError, command_of, this_machine

DOCS = Path("docs")
SITE = Path("site")

ToHtml = Callable[[str], str]


def build(to_html: ToHtml) -> int:
    """Make site/ anew: a page for every page, an index if there is none, and all other files."""
    names = pages.pages_below(DOCS)
    made = {}
    for name in names:
        text = (DOCS / name).read_text(encoding="utf-8")
        body = to_html(pages.with_html_links(text))
        title = pages.title_of(text, name)
        made[name.with_suffix(".html")] = pages.html_page(title, body, len(name.parts) - 1)
    if PurePosixPath(pages.INDEX) not in names:
        body = to_html(
            pages.with_html_links(f"# Documentation\n\n{pages.index_of(_titles(names))}\n")
        )
        made[PurePosixPath("index.html")] = pages.html_page("Documentation", body, 0)
    # Only when every page could be made; what is there is of the last time.
    shutil.rmtree(SITE, ignore_errors=True)
    shutil.copytree(DOCS, SITE, ignore=shutil.ignore_patterns("*.md", ".*"))
    for name, content in made.items():
        (SITE / name).parent.mkdir(parents=True, exist_ok=True)
        (SITE / name).write_text(content, encoding="utf-8")
    print(f"{len(made)} pages in {SITE}/")
    return 0


def organize() -> int:
    """Bring the list of pages in docs/index.md up to date."""
    index = DOCS / pages.INDEX
    present = index.read_text(encoding="utf-8") if index.is_file() else None
    titles = _titles(pages.pages_below(DOCS))
    try:
        text = pages.index_page(present, pages.index_of(titles))
    except ValueError as error:
        print(f"{index} has no place for the list: {error}", file=sys.stderr)
        return 1
    if text == present:
        print(f"{index} is up to date")
        return 0
    index.write_text(text, encoding="utf-8")
    print(f"{index} lists {len(titles.keys() - {PurePosixPath(pages.INDEX)})} pages")
    return 0


def update_links() -> int:
    """Mend the links of README.md and docs/; it fails if one leads nowhere, and shows it."""
    files = _files_of_project()
    broken = 0
    for page in sorted(file for file in files if file.suffix == ".md" and _is_page(file)):
        text = Path(page).read_text(encoding="utf-8")
        repair = pages.mend_links(text, page, files)
        for old, new in repair.mended:
            print(f"{page}: {old} is now {new}")
        for line, target in repair.broken:
            print(f"{page}:{line}: {target} leads nowhere", file=sys.stderr)
        broken += len(repair.broken)
        if repair.text != text:
            Path(page).write_text(repair.text, encoding="utf-8")
    return 1 if broken else 0


def serve(to_html: ToHtml, port: int) -> int:
    """Build, then serve site/ on this machine alone until the user stops it."""
    build(to_html)
    handler = functools.partial(SimpleHTTPRequestHandler, directory=str(SITE))
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        print(f"http://127.0.0.1:{server.server_port}/", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


def markdown_to_html(text: str) -> str:
    """By Python-Markdown, a process for each page.

    Raises:
        ToolMissingError: it is not here, nor is uv.
    """
    options = ("-x", "tables", "-x", "fenced_code", "-x", "toc", "-x", "sane_lists")
    command = command_of("markdown_py", options, this_machine())
    done = subprocess.run(command, input=text, capture_output=True, encoding="utf-8", check=False)  # noqa: S603
    if done.returncode:
        raise ToolMissingError(f"markdown_py failed: {done.stderr.strip()}")
    return done.stdout


def main(words: Sequence[str], to_html: ToHtml = markdown_to_html) -> int:
    parser = argparse.ArgumentParser(prog="docs", description="Works on the Markdown in docs/.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    for name in ("build", "organize", "update-links"):
        verbs.add_parser(name)
    verbs.add_parser("serve").add_argument("--port", type=int, default=8001)
    chosen = parser.parse_args(words)
    try:
        match chosen.verb:
            case "build":
                return build(to_html)
            case "serve":
                return serve(to_html, chosen.port)
            case "organize":
                return organize()
            case _:
                return update_links()
    except ToolMissingError as missing:
        print(missing, file=sys.stderr)
        return NOT_FOUND


def _titles(names: Sequence[PurePosixPath]) -> dict[PurePosixPath, str]:
    return {name: pages.title_of((DOCS / name).read_text(encoding="utf-8"), name) for name in names}


def _files_of_project() -> set[PurePosixPath]:
    """All files but those in hidden directories, environments and what was built."""
    left_out = {".venv", "node_modules", str(SITE), "build", "dist", "__pycache__"}
    found: set[PurePosixPath] = set()
    for directory, names, files in os.walk("."):
        names[:] = [name for name in names if name not in left_out and not name.startswith(".")]
        found.update(PurePosixPath(directory, file) for file in files)
    return found


def _is_page(file: PurePosixPath) -> bool:
    return file.parts[0] == str(DOCS) or file == PurePosixPath("README.md")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

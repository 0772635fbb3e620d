"""The pages in docs/: their HTML, their index and their links."""

import threading
import urllib.request
from collections.abc import Callable, Mapping
from http.server import ThreadingHTTPServer
from pathlib import Path, PurePosixPath

import pytest

from projenrc import docs, pages
from projenrc.tool import ToolMissingError

Write = Callable[[Mapping[str, str]], Path]

PAGES = {
    "docs/start.md": "# Start *here*\n\nSee [serving](guide/serving.md#run) and [x](https://x.y/a.md).\n",
    "docs/guide/serving.md": "```\n# not a heading\n[no](link.md)\n```\n## Serving\n",
    "docs/guide/picture.svg": "<svg/>\n",
    "docs/.hidden/a.md": "# Hidden\n",
}


def to_html(text: str) -> str:
    return f"<pre>{text}</pre>"


@pytest.fixture
def project(write: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    directory = write(PAGES)
    monkeypatch.chdir(directory)
    return directory


def test_build_makes_a_page_of_each(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert docs.main(["build"], to_html) == 0
    assert "3 pages in site/" in capsys.readouterr().out
    start = (project / "site/start.html").read_text(encoding="utf-8")
    assert "<title>Start *here*</title>" in start
    assert "(guide/serving.html#run)" in start
    assert "(https://x.y/a.md)" in start
    serving = (project / "site/guide/serving.html").read_text(encoding="utf-8")
    assert "<title>Serving</title>" in serving
    assert "[no](link.md)" in serving
    assert 'href="../index.html"' in serving
    assert "[Serving](guide/serving.html)" in (project / "site/index.html").read_text(
        encoding="utf-8"
    )
    assert (project / "site/guide/picture.svg").is_file()
    assert not (project / "site/start.md").exists()
    assert not (project / "site/.hidden").exists()


def test_build_starts_anew_and_takes_the_users_index(project: Path, write: Write) -> None:
    write({"site/old.html": "", "docs/index.md": "# Mine\n"})
    assert docs.main(["build"], to_html) == 0
    assert not (project / "site/old.html").exists()
    assert "# Mine" in (project / "site/index.html").read_text(encoding="utf-8")


def test_without_a_converter_the_last_site_stays(
    project: Path, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(_: str) -> str:
        raise ToolMissingError("markdown_py is not installed")

    write({"site/old.html": ""})
    assert docs.main(["build"], missing) == 127
    assert "markdown_py is not installed" in capsys.readouterr().err
    assert (project / "site/old.html").is_file()


def test_markdown_is_converted_by_a_program(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = write({"bin/markdown_py": "#!/bin/sh\n[ $2 = tables ] && sed 's/^/<p>/'\n"})
    (directory / "bin/markdown_py").chmod(0o755)
    monkeypatch.setenv("PATH", f"{directory / 'bin'}:/bin:/usr/bin")
    assert docs.markdown_to_html("a") == "<p>a"
    write({"bin/markdown_py": "#!/bin/sh\necho broken >&2\nexit 3\n"})
    with pytest.raises(ToolMissingError, match="markdown_py failed: broken"):
        docs.markdown_to_html("a")


def test_organize_lists_pages_by_folder(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert docs.main(["organize"]) == 0
    assert "lists 2 pages" in capsys.readouterr().out
    assert (project / "docs/index.md").read_text(encoding="utf-8") == (
        "# Documentation\n\n<!-- pages -->\n- [Start *here*](start.md)\n\n"
        "## guide\n\n- [Serving](guide/serving.md)\n<!-- /pages -->\n"
    )
    assert docs.main(["organize"]) == 0
    assert "is up to date" in capsys.readouterr().out


def test_organize_keeps_what_is_around_the_list(project: Path, write: Write) -> None:
    write({"docs/index.md": "# Ours\n<!-- pages -->\nold\n<!-- /pages -->\nbelow\n"})
    assert docs.main(["organize"]) == 0
    text = (project / "docs/index.md").read_text(encoding="utf-8")
    assert text.startswith("# Ours\n<!-- pages -->\n- [Start")
    assert text.endswith("<!-- /pages -->\nbelow\n")
    assert "old" not in text


@pytest.mark.parametrize("index", ["# Mine\n", "<!-- /pages --> <!-- pages -->\n"])
def test_organize_leaves_an_index_of_the_users(
    project: Path, write: Write, index: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write({"docs/index.md": index})
    assert docs.main(["organize"]) == 1
    assert "has no place for the list" in capsys.readouterr().err
    assert (project / "docs/index.md").read_text(encoding="utf-8") == index


def test_links_follow_pages_that_moved(
    project: Path, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write(
        {
            "README.md": "[serve](docs/serving.md#run) [code](src/shop) [up](../other.md)\n",
            "src/shop/app.py": "",
            "docs/a.md": '[s](serving.md "Title") ![p](picture.svg)\n```\n[x](gone.md)\n```\n',
            ".venv/docs/serving.md": "",
            "site/serving.md": "",
        }
    )
    assert docs.main(["update-links"]) == 1
    said = capsys.readouterr()
    assert "README.md: docs/serving.md#run is now docs/guide/serving.md#run" in said.out
    assert "README.md:1: ../other.md leads nowhere" in said.err
    assert "gone.md" not in said.err
    readme = (project / "README.md").read_text(encoding="utf-8")
    assert readme == "[serve](docs/guide/serving.md#run) [code](src/shop) [up](../other.md)\n"
    page = (project / "docs/a.md").read_text(encoding="utf-8")
    assert page.startswith('[s](guide/serving.md "Title") ![p](guide/picture.svg)\n')


def test_links_that_are_right_are_left(project: Path) -> None:
    assert docs.main(["update-links"]) == 0
    for name, text in PAGES.items():
        assert (project / name).read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    "target", ["#here", "https://a.b/c.md", "mailto:a@b.c", "/top.md", "//a.b/c"]
)
def test_addresses_are_not_pages(target: str) -> None:
    text = f"[x]({target})"
    repair = pages.mend_links(text, PurePosixPath("docs/a.md"), set())
    assert (repair.text, repair.broken) == (text, [])


def test_two_pages_of_one_name_are_not_guessed_between() -> None:
    files = {PurePosixPath("docs/a/x.md"), PurePosixPath("docs/b/x.md")}
    repair = pages.mend_links("one\n[x](x.md)", PurePosixPath("docs/y.md"), files)
    assert repair.broken == [(2, "x.md")]
    assert repair.text == "one\n[x](x.md)"


def test_fences_end_as_they_began() -> None:
    text = "~~~\n```\n[x](a.md)\n~~~\n[y](b.md)"
    assert pages.with_html_links(text) == "~~~\n```\n[x](a.md)\n~~~\n[y](b.html)"


def test_title_is_the_first_heading_or_the_name() -> None:
    assert pages.title_of("text\n## Two ##\n# One\n", PurePosixPath("a.md")) == "Two"
    assert pages.title_of("text\n", PurePosixPath("how-to_run.md")) == "How to run"


def test_titles_are_text_in_html() -> None:
    assert "<title>a &lt;b&gt;</title>" in pages.html_page("a <b>", "", 0)


def test_serve_answers_with_the_site(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers: list[bytes] = []

    def serve_once(server: ThreadingHTTPServer) -> None:
        """One request instead of forever, and then what Ctrl-C does."""
        address = f"http://127.0.0.1:{server.server_port}/start.html"
        asking = threading.Thread(
            target=lambda: answers.append(urllib.request.urlopen(address).read())
        )
        asking.start()
        server.handle_request()
        asking.join()
        raise KeyboardInterrupt

    monkeypatch.setattr(ThreadingHTTPServer, "serve_forever", serve_once)
    assert docs.main(["serve", "--port", "0"], to_html) == 0
    assert b"Start *here*" in answers[0]
    assert "http://127.0.0.1:" in capsys.readouterr().out
    assert (project / "site/start.html").is_file()

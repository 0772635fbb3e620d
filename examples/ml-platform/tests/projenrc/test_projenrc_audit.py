"""What is installed, as pip-audit is asked about it."""

from collections.abc import Callable, Mapping
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest

from projenrc import audit

Write = Callable[[Mapping[str, str]], Path]


def installed(directory: Path) -> list[Distribution]:
    return list(distributions(path=[str(directory)]))


def metadata(name: str, version: str) -> dict[str, str]:
    text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    return {f"{name}-{version}.dist-info/METADATA": text}


def test_what_no_index_has_is_not_asked_about(write: Write) -> None:
    directory = write(
        {
            **metadata("Zope", "1.0"),
            **metadata("anyio", "4.1"),
            **metadata("shop", "0.1"),
            "shop-0.1.dist-info/direct_url.json": '{"url": "file:///shop"}',
        }
    )
    assert audit.pins(installed(directory)) == ["anyio==4.1", "Zope==1.0"]


@pytest.fixture
def asked(write: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pip-audit that notes what it is asked, and finds something."""
    script = '#!/bin/sh\necho "$@" > asked\ncat "$5" >> asked\nexit 3\n'
    directory = write({"bin/pip-audit": script})
    (directory / "bin/pip-audit").chmod(0o755)
    monkeypatch.chdir(directory)
    monkeypatch.setenv("PATH", f"{directory / 'bin'}:/bin:/usr/bin")
    return directory / "asked"


def test_all_that_is_installed_is_asked_about(asked: Path) -> None:
    assert audit.main(["--desc"]) == 3
    command, *listing = asked.read_text(encoding="utf-8").splitlines()
    assert command.startswith("--strict --no-deps --disable-pip -r ")
    assert command.endswith(" --desc")
    assert any(line.startswith("pytest==") for line in listing)


def test_nothing_installed_is_no_success(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(audit, "distributions", lambda: [])
    assert audit.main([]) == 1
    assert "nothing is installed" in capsys.readouterr().err


def test_without_pip_audit_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert audit.main([]) == 127
    assert "pip-audit is not installed" in capsys.readouterr().err

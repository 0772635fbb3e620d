"""A bot without credentials is set up by its own page, and goes on without a restart."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import Mlx
from story import request, wait_for
from support.browser import Browser
from support.chromium import PROGRAM, chromium
from support.services import get
from support.setup_stage import SetupStage, choose, code_in, register, setup_stage


@pytest.fixture
def stage(mlx: Mlx, tmp_path: Path) -> Iterator[SetupStage]:
    with setup_stage(mlx.binary, tmp_path) as made:
        yield made


def command_is_answered(stage: SetupStage, command: str) -> list[str]:
    """What the bot reacts with to a comment."""
    issue = stage.forge.api("writer-will", "POST", "/issues", {"title": "Something to do"})["number"]
    comment = stage.forge.api("writer-will", "POST", f"/issues/{issue}/comments", {"body": command})["id"]

    def reactions() -> list[str]:
        found = stage.forge.api("writer-will", "GET", f"/issues/comments/{comment}/reactions")
        return [one["content"] for one in found]

    wait_for("the bot's answer", lambda: next((one for one in reactions() if one in ("rocket", "confused")), None))
    return reactions()


def test_from_nothing_to_a_pull_request(stage: SetupStage) -> None:
    bot, address = stage.start()
    assert get(f"{address}/readyz").body == {"failed": ["setup"], "ready": False}
    browser = Browser()
    page = browser.open(address)
    assert page.address == f"{address}/setup"
    page = choose(browser, page, organization="octo-team")
    done = register(browser, page)
    assert done.status == 200, done.text
    assert "The bot is set up" in done.text
    assert stat.S_IMODE(stage.app_file.stat().st_mode) == 0o600
    install = done.link("/installations/new")

    # The same process serves the webhook now, and the page is gone.
    for path in ("", "/setup", "/setup/created", "/setup/code"):
        assert browser.open(f"{address}{path or '/'}").status == 404
    assert get(f"{address}/readyz").body == {"failed": [], "ready": True}
    installed = browser.submit(browser.open(install).form("/installations/new"))
    assert "It is installed on octo-team" in installed.text
    assert command_is_answered(stage, "/mlx add greeting") == ["eyes", "rocket"]
    [pull] = stage.forge.api("writer-will", "GET", "/pulls")
    assert pull["head"]["ref"] == "mlx/add/greeting"
    assert pull["user"]["login"].startswith("mlx-")

    for secret in stage.secrets():
        assert secret not in bot.log()
        assert secret not in done.text

    # The next start reads what was kept. It listens elsewhere, so the App is told.
    bot.stop()
    port = address.rsplit(":", 1)[1]
    again, same = stage.start(MLX_LISTEN=f"127.0.0.1:{port}")
    assert same == address
    assert "not set up yet" not in again.log()
    assert browser.open(f"{address}/setup").status == 404
    assert command_is_answered(stage, "/mlx status") == ["eyes", "rocket"]


def test_from_elsewhere_it_takes_the_code_in_the_log(stage: SetupStage) -> None:
    bot, address = stage.start()
    code = bot.wait_for_line("the code", bot.log, code_in)
    assert len(bytes.fromhex(code)) * 8 >= 128
    stranger = Browser()
    stranger.headers = {"X-Forwarded-For": "203.0.113.7"}
    page = stranger.open(address)
    assert page.status == 403
    assert "manifest" not in page.text
    wrong = stranger.submit(page.form("/setup/code"), code="0" * len(code))
    assert wrong.status == 403
    page = stranger.submit(wrong.form("/setup/code"), code=code)
    assert page.status == 200
    page = choose(stranger, page, organization="octo-team")
    assert register(stranger, page).status == 200
    assert stage.app_file.exists()
    assert bot.log().count(code) == 1


def test_explicit_settings_win_over_what_was_kept(stage: SetupStage) -> None:
    bot, address = stage.start()
    browser = Browser()
    assert register(browser, browser.open(address)).status == 200
    bot.stop()
    description = stage.forge.description
    other, address = stage.start(
        MLX_WEBHOOK_SECRET=description["webhook"]["secret"], MLX_GITHUB_TOKEN=description["token"]
    )
    assert f"{stage.app_file} is not used" in other.log()
    assert "not set up yet" not in other.log()


@pytest.mark.skipif(PROGRAM is None, reason="there is no Chromium")
def test_in_a_real_browser(stage: SetupStage, tmp_path: Path) -> None:
    """On another site than the forge: cookies and policies are those between two sites."""
    _, address = stage.start()
    forge = stage.forge.description["url"].replace("127.0.0.1", "localhost")
    with chromium(tmp_path / "profile") as browser:
        browser.open(address)
        assert browser.run("getComputedStyle(document.querySelector('.box')).borderRadius") == "8px"
        browser.run("document.querySelector('details').open = true")
        browser.fill("#organization", "octo-team")
        browser.fill("#github", forge)
        browser.press("form[action='setup'] button")
        browser.press("button.go")
        assert browser.address().startswith(f"{forge}/organizations/octo-team/settings/apps/new?state=")
        browser.press("button.go")
        assert browser.address().startswith(f"{address}/setup/created?"), browser.text()
        assert "The bot is set up" in browser.text(), browser.text()
        browser.press("a.button.go")
        browser.press("button.go")
        assert "It is installed on octo-team" in browser.text()
        assert browser.console == []
    assert stage.app_file.exists()
    assert request("GET", f"{address}/readyz") == {"failed": [], "ready": True}

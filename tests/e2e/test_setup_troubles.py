"""What may go wrong between a bot without credentials and GitHub."""

import http.client
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from conftest import Mlx
from story import request
from support.browser import Browser
from support.setup_stage import SetupStage, register, setup_stage


@pytest.fixture
def stage(mlx: Mlx, tmp_path: Path) -> Iterator[SetupStage]:
    with setup_stage(mlx.binary, tmp_path) as made:
        yield made


def add_fault(stage: SetupStage, **fault: object) -> None:
    request("POST", f"{stage.forge.description['url']}/_sandbox/faults", body={"path": "/conversions$", **fault})


def raw(address: str, method: str, path: str, body: str = "", **headers: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
    try:
        connection.request(method, path, body or None, {name.replace("_", "-"): text for name, text in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_github_fails_once(stage: SetupStage) -> None:
    _, address = stage.start()
    browser = Browser()
    add_fault(stage, method="POST", when="before", status=500)
    failed = register(browser, browser.open(address))
    assert failed.status == 502
    assert not stage.app_file.exists()
    assert browser.submit(failed.form("/setup/again")).status == 200
    assert stage.app_file.exists()


def test_github_hands_it_over_and_the_answer_is_lost(stage: SetupStage) -> None:
    _, address = stage.start()
    browser = Browser()
    add_fault(stage, method="POST", when="after", status=502)
    failed = register(browser, browser.open(address))
    assert failed.status == 502
    lost = browser.submit(failed.form("/setup/again"))
    assert lost.status == 502
    assert "delete it there" in lost.text
    assert not stage.app_file.exists()
    # The way is open still, under another name.
    page = browser.open(lost.link("/setup"))
    confirm = browser.submit(page.form("/settings/apps/new"))
    done = browser.submit(confirm.form("/settings/apps/manifests"), name="Another name")
    assert done.status == 200, done.text


def test_garbage(stage: SetupStage) -> None:
    _, address = stage.start()
    browser = Browser()
    add_fault(stage, method="POST", when="after", status=201, body="<html>")
    assert register(browser, browser.open(address)).status == 502
    assert not stage.app_file.exists()
    assert browser.open(f"{address}/setup").status == 200


def test_restart_in_the_middle(stage: SetupStage) -> None:
    bot, address = stage.start()
    browser = Browser()
    page = browser.open(address)
    bot.stop()
    stage.start(MLX_LISTEN=urlsplit(address).netloc)
    late = register(browser, page)
    assert late.status == 403
    assert "delete it there" in late.text
    assert not stage.app_file.exists()
    page = browser.open(late.link("/setup"))
    confirm = browser.submit(page.form("/settings/apps/new"))
    assert browser.submit(confirm.form("/settings/apps/manifests"), name="Second").status == 200


def test_two_tabs(stage: SetupStage) -> None:
    _, address = stage.start()
    browser = Browser()
    first, second = browser.open(address), browser.open(address)
    assert register(browser, second).status == 200
    confirm = browser.submit(first.form("/settings/apps/new"))
    late = browser.submit(confirm.form("/settings/apps/manifests"), name="Second")
    assert late.status == 404


def test_a_file_in_the_way_is_told_before_anything_is_registered(stage: SetupStage) -> None:
    _, address = stage.start()
    stage.app_file.mkdir()
    page = Browser().open(address)
    assert str(stage.app_file) in page.text
    assert "manifest" not in page.text


def test_a_file_for_everybody_to_read(stage: SetupStage, mlx: Mlx) -> None:
    bot, address = stage.start()
    browser = Browser()
    assert register(browser, browser.open(address)).status == 200
    secrets = stage.secrets()
    bot.stop()
    stage.app_file.chmod(0o644)
    done = mlx("serve", **stage.settings)
    assert done.status == 2
    assert str(stage.app_file) in done.errors
    assert "chmod 600" in done.errors
    assert not any(secret in done.errors for secret in secrets)
    stage.app_file.chmod(0o640)
    again, _ = stage.start()
    assert "is open to its group" in again.log()


def test_odd_requests(stage: SetupStage) -> None:
    _, address = stage.start()
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    assert raw(address, "GET", "/setup", Host="attacker.example")[0] == 403
    assert raw(address, "HEAD", "/setup")[0] == 200
    assert raw(address, "HEAD", "/setup/created?code=a&state=b")[0] == 405
    assert raw(address, "PUT", "/setup", "x")[0] == 405
    assert raw(address, "POST", "/setup", "x=1")[0] == 415
    assert raw(address, "POST", "/setup", "x=1", **form)[0] == 403
    assert raw(address, "POST", "/setup", "x" * 20_000, **form)[0] == 413
    assert raw(address, "POST", "/setup/code", "code=" + "é" * 10, **form)[0] == 403
    assert raw(address, "GET", "/setup/..%2fsetup")[0] == 404
    assert raw(address, "POST", "/webhooks/github", "{}")[0] == 404


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_directory_that_cannot_be_written(stage: SetupStage) -> None:
    locked = stage.directory / "locked"
    locked.mkdir(mode=0o500)
    _, address = stage.start(MLX_GITHUB_APP_FILE=str(locked / "app.env"))
    page = Browser().open(address)
    assert "Permission denied" in page.text
    assert "manifest" not in page.text


def test_a_directory_that_is_not_there(stage: SetupStage) -> None:
    _, address = stage.start(MLX_GITHUB_APP_FILE=str(stage.directory / "missing" / "app.env"))
    page = Browser().open(address)
    assert "No such file or directory" in page.text
    assert "manifest" not in page.text

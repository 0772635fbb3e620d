"""`mlx serve` with settings that cannot work: one line that names the setting, and no secret in it."""

import socket
from pathlib import Path

import pytest

from conftest import Mlx
from support.trees import write_files

SECRET = "s3cr3t-of-the-webhook"
TOKEN = "ghp_t0kent0kent0kent0ken"
KEY = "not a key: k3yk3yk3y"
SECRETS = (SECRET, TOKEN, KEY)
RIGHT = {"MLX_LISTEN": "127.0.0.1:0", "MLX_WEBHOOK_SECRET": SECRET, "MLX_GITHUB_TOKEN": TOKEN}


def refused(mlx: Mlx, directory: Path, *arguments: str, **settings: str) -> str:
    done = mlx("serve", *arguments, directory=directory, **settings)
    assert (done.status, done.output) == (2, ""), str(done)
    [line] = done.errors.splitlines()
    assert line.startswith("mlx: ")
    for secret in SECRETS:
        assert secret not in line
    return line


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"MLX_WEBHOOK_SECRET": ""}, "MLX_WEBHOOK_SECRET"),
        ({"MLX_WEBHOOK_SECRET": "short"}, "MLX_WEBHOOK_SECRET"),
        ({"MLX_WEBHOOK_SECRET": f"{SECRET},short"}, "MLX_WEBHOOK_SECRET"),
        ({"MLX_WEBHOOK_SECRET": f",{SECRET}"}, "MLX_WEBHOOK_SECRET"),
        ({"MLX_GITHUB_TOKEN": ""}, "MLX_GITHUB_TOKEN"),
        ({"MLX_GITHUB_APP_ID": "7"}, "MLX_GITHUB_APP_ID"),
        ({"MLX_GITHUB_TOKEN": "", "MLX_GITHUB_APP_ID": "7"}, "MLX_GITHUB_PRIVATE_KEY_FILE"),
        ({"MLX_GITHUB_TOKEN": "", "MLX_GITHUB_APP_ID": "my app", "MLX_GITHUB_PRIVATE_KEY": KEY}, "MLX_GITHUB_APP_ID"),
        ({"MLX_GITHUB_TOKEN": "", "MLX_GITHUB_APP_ID": "7", "MLX_GITHUB_PRIVATE_KEY": KEY}, "MLX_GITHUB_PRIVATE_KEY"),
        (
            {"MLX_GITHUB_TOKEN": "", "MLX_GITHUB_APP_ID": "7", "MLX_GITHUB_PRIVATE_KEY_FILE": "nowhere.pem"},
            "MLX_GITHUB_PRIVATE_KEY_FILE",
        ),
        ({"MLX_GITHUB_TOKEN": "", "MLX_GITHUB_PRIVATE_KEY": KEY}, "MLX_GITHUB_APP_ID"),
        ({"MLX_GITHUB_API_URL": "api.github.com"}, "MLX_GITHUB_API_URL"),
        ({"MLX_GITHUB_API_URL": f"https://x:{TOKEN}@github.example.com"}, "MLX_GITHUB_API_URL"),
        ({"MLX_LISTEN": "8080"}, "MLX_LISTEN"),
        ({"MLX_LISTEN": "127.0.0.1:65536"}, "MLX_LISTEN"),
        ({"MLX_LOG_FORMAT": "xml"}, "MLX_LOG_FORMAT"),
        ({"MLX_LOG_LEVEL": "loud"}, "MLX_LOG_LEVEL"),
        ({"MLX_WORKERS": "0"}, "MLX_WORKERS"),
        ({"MLX_WORKERS": "many"}, "MLX_WORKERS"),
        ({"MLX_REGISTRY": "nowhere"}, "nowhere"),
        ({"MLX_DATABASE": "nowhere/queue.db"}, "nowhere/queue.db"),
    ],
)
def test_wrong_setting(mlx: Mlx, tmp_path: Path, settings: dict[str, str], named: str) -> None:
    assert named in refused(mlx, tmp_path, **RIGHT | settings)


def test_key_file_without_a_key(mlx: Mlx, tmp_path: Path) -> None:
    write_files(tmp_path, {"app.pem": KEY})
    settings = {"MLX_GITHUB_TOKEN": "", "MLX_GITHUB_APP_ID": "7", "MLX_GITHUB_PRIVATE_KEY_FILE": "app.pem"}
    assert "app.pem" in refused(mlx, tmp_path, **RIGHT | settings)


def test_key_that_is_damaged(mlx: Mlx, tmp_path: Path) -> None:
    write_files(tmp_path, {"app.pem": f"-----BEGIN RSA PRIVATE KEY-----\n{KEY}\n-----END RSA PRIVATE KEY-----\n"})
    settings = {"MLX_GITHUB_TOKEN": "", "MLX_GITHUB_APP_ID": "7", "MLX_GITHUB_PRIVATE_KEY_FILE": "app.pem"}
    refused(mlx, tmp_path, **RIGHT | settings)


def test_settings_file(mlx: Mlx, tmp_path: Path) -> None:
    write_files(tmp_path, {"bot.env": f"# the bot\nMLX_WEBHOOK_SECRET={SECRET}\nMLX_GITHUB_TOKN={TOKEN}\n"})
    line = refused(mlx, tmp_path, "--config", "bot.env")
    assert "MLX_GITHUB_TOKN" in line
    assert "3" in line
    assert "MLX_GITHUB_TOKEN" in line
    assert "nowhere.env" in refused(mlx, tmp_path, "--config", "nowhere.env")


def test_flag_wins_over_the_environment(mlx: Mlx, tmp_path: Path) -> None:
    assert "MLX_LISTEN" in refused(mlx, tmp_path, "--listen", "nonsense", **RIGHT)


def test_address_that_is_taken(mlx: Mlx, tmp_path: Path) -> None:

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = mlx("serve", directory=tmp_path, **RIGHT | {"MLX_LISTEN": f"127.0.0.1:{port}"})
    assert (done.status, done.output) == (2, "")
    assert str(port) in done.errors


def test_secrets_are_no_flags(mlx: Mlx, tmp_path: Path) -> None:
    """Others on the machine can see a command line."""
    for flag in ("--webhook-secret", "--github-token", "--github-private-key"):
        done = mlx("serve", flag, "x", directory=tmp_path, **RIGHT)
        assert done.status == 2
        assert flag in done.errors

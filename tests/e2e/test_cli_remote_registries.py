"""Components from registries over HTTPS and git, several at once."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import Mlx
from support.commands import Finished
from support.registries import Component, greeting, write_registry
from support.registry_server import RegistryServer, commit_registry, serve
from support.trees import read_tree, write_files

TOKEN = "s3cret-token"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RegistryServer]:
    with serve(tmp_path / "tls") as running:
        yield running


@pytest.fixture
def settings(tmp_path: Path, server: RegistryServer) -> dict[str, str]:
    return {
        "MLX_CACHE_DIR": str(tmp_path / "cache"),
        "SSL_CERT_FILE": str(server.certificate),
        "ACME_TOKEN": TOKEN,
    }


def configure(project: Path, **registries: str) -> None:
    lines = [f'{name} = "{address}"' for name, address in registries.items()]
    write_files(project, {"mlx.toml": "[registries]\n" + "\n".join(lines) + "\n"})


def configure_private(project: Path, url: str) -> None:
    headers = '{ Authorization = "Bearer ${ACME_TOKEN}" }'
    write_files(project, {"mlx.toml": f'[registries.acme]\nurl = "{url}"\nheaders = {headers}\n'})


def locked(project: Path, name: str) -> Any:
    return json.loads((project / "mlx.lock").read_text(encoding="utf-8"))["components"][name]


def refused(done: Finished, *texts: str) -> None:
    assert done.status == 2, str(done)
    for text in texts:
        assert text in done.errors, str(done)


def test_private_https_registry(
    mlx: Mlx, project: Path, server: RegistryServer, settings: dict[str, str], tmp_path: Path
) -> None:
    server.token = TOKEN
    url = server.put_registry(greeting(), Component("other", {"src/other.py": "X = 1\n"}))
    configure_private(project, url)
    shown = mlx("list", "-C", project, **settings)
    assert shown.status == 0, str(shown)
    assert "@acme/greeting" in shown.output
    assert "\napi-serving" in "\n" + shown.output
    done = mlx("add", "@acme/greeting", "-C", project, **settings)
    assert done.status == 0, str(done)
    assert (project / "src/greeting.py").read_text() == greeting().files["src/greeting.py"]
    assert locked(project, "greeting")["registry"] == url
    # The list shows how many files each has, so it fetches them all; adding then takes them from the cache.
    items = ["/r/greeting@1.0.0.json", "/r/other@1.0.0.json"]
    assert server.requests == ["/r/registry.json", *items, "/r/registry.json"]
    for tree in (read_tree(project), read_tree(tmp_path / "cache")):
        assert TOKEN not in str(tree)
    assert TOKEN not in shown.output + shown.errors + done.output + done.errors


def test_credentials_that_are_missing_or_wrong(
    mlx: Mlx, project: Path, server: RegistryServer, settings: dict[str, str]
) -> None:
    server.token = TOKEN
    configure_private(project, server.put_registry(greeting()))
    wrong = mlx("add", "@acme/greeting", "-C", project, **settings | {"ACME_TOKEN": "not-it"})
    refused(wrong, "401", "credentials")
    assert "not-it" not in wrong.errors
    server.requests.clear()
    del settings["ACME_TOKEN"]
    refused(mlx("add", "@acme/greeting", "-C", project, **settings), "ACME_TOKEN", "not set")
    assert server.requests == []


def test_certificate_that_nobody_vouches_for(
    mlx: Mlx, project: Path, server: RegistryServer, settings: dict[str, str], tmp_path: Path
) -> None:
    url = server.put_registry(greeting())
    del settings["SSL_CERT_FILE"]
    refused(mlx("add", "greeting", "-C", project, "--registry", url, **settings), "did not answer")
    registry = write_registry(tmp_path / "acme", greeting())
    commit_registry(registry)
    server.repositories["/acme"] = registry
    address = f"git+{server.url('/acme')}"
    refused(mlx("add", "greeting", "-C", project, "--registry", address, **settings), "did not answer")
    assert server.requests == []


def test_use_without_a_network(
    mlx: Mlx, project: Path, settings: dict[str, str], tmp_path: Path
) -> None:
    with serve(tmp_path / "other-tls") as server:
        settings["SSL_CERT_FILE"] = str(server.certificate)
        configure(project, acme=server.put_registry(greeting()))
        refused(mlx("add", "@acme/greeting", "-C", project, "--offline", **settings), "--offline", "cache")
        assert server.requests == []
        assert mlx("add", "@acme/greeting", "--dry-run", "-C", project, **settings).status == 0
        server.requests.clear()
        assert mlx("add", "@acme/greeting", "--dry-run", "-C", project, "--offline", **settings).status == 0
        assert server.requests == []
    done = mlx("add", "@acme/greeting", "-C", project, **settings)
    assert done.status == 0, str(done)
    assert "as it was when last reached" in done.output
    assert "registry-unreachable" in mlx("list", "-C", project, **settings).errors
    assert (project / "src/greeting.py").exists()


@pytest.mark.parametrize("scheme", ["git+https", "git+file"])
def test_git_registry(
    mlx: Mlx, project: Path, server: RegistryServer, settings: dict[str, str], tmp_path: Path, scheme: str
) -> None:
    repository = tmp_path / "acme"
    write_registry(repository / "mlx-components", greeting())
    first = commit_registry(repository, "v1")
    write_registry(repository / "mlx-components", Component("later", {"src/later.py": ""}))
    commit_registry(repository)
    server.repositories["/acme"] = repository
    place = server.url("/acme") if scheme == "git+https" else f"file://{repository}"
    address = f"{scheme.split('+')[0]}+{place}@v1"
    configure(project, acme=address)
    done = mlx("add", "@acme/greeting", "-C", project, **settings)
    assert done.status == 0, str(done)
    lock = locked(project, "greeting")
    assert (lock["registry"], lock["revision"]) == (address, first)
    assert len(lock["sha256"]) == 64
    assert mlx("add", "@acme/later", "-C", project, **settings).status == 2
    configure(project, acme=address.replace("@v1", "@main"))
    assert mlx("add", "@acme/later", "-C", project, **settings).status == 0


def test_git_registry_that_is_not_there(
    mlx: Mlx, project: Path, server: RegistryServer, settings: dict[str, str], tmp_path: Path
) -> None:
    repository = tmp_path / "acme"
    write_files(repository, {"README.md": "no components\n"})
    commit_registry(repository)
    server.repositories["/acme"] = repository
    git = f"git+{server.url('/acme')}"

    def add(address: str) -> Finished:
        return mlx("add", "greeting", "-C", project, "--registry", address, **settings)

    refused(add(f"{git}@main"), "registry.json", "#subdirectory=")
    refused(add(f"{git}@v9"), "v9")
    refused(add(f"git+{server.url('/absent')}@v1"), "404")
    refused(add(f"git+file://{tmp_path}/absent@v1"), "no git repository")
    refused(add("git+ssh://git@acme.example/o/r@v1"), "not by ssh")
    refused(add("http://acme.example/r/registry.json"), "https://")
    refused(add(server.url("/absent/registry.json")), "404", "/absent/registry.json")


def test_published_version_that_changed(
    mlx: Mlx, project: Path, server: RegistryServer, settings: dict[str, str], tmp_path: Path
) -> None:
    changed = greeting()
    changed.distributions = ["evil"]
    registry = write_registry(tmp_path / "acme", greeting())
    commit_registry(registry, "v1")
    configure(project, acme=f"git+file://{registry}@v1", web=server.put_registry(greeting()))
    assert mlx("add", "@acme/greeting", "-C", project, **settings).status == 0
    write_registry(registry, changed)
    commit_registry(registry, "v1")
    done = mlx("add", "@acme/greeting", "-C", project, "--json", **settings)
    assert done.status == 1, str(done)
    assert [finding["code"] for finding in json.loads(done.output)["findings"]] == ["published-version-changed"]
    # Also when only the cache knows what it was.
    fresh = tmp_path / "fresh"
    write_files(fresh, {path: text for path, text in read_tree_text(project).items() if path != "mlx.lock"})
    assert mlx("add", "@web/greeting", "--dry-run", "--overwrite", "-C", fresh, **settings).status == 0
    server.put_registry(changed)
    done = mlx("add", "@web/greeting", "--dry-run", "--overwrite", "-C", fresh, **settings)
    assert done.status == 1, str(done)
    assert "a published version must not change" in done.output


def read_tree_text(directory: Path) -> dict[str, str]:
    paths = (path for path in directory.rglob("*") if path.is_file())
    return {str(path.relative_to(directory)): path.read_text(encoding="utf-8") for path in paths}


def test_components_of_two_registries(mlx: Mlx, project: Path, tmp_path: Path) -> None:
    base = Component("base", {"src/base.py": "BASE = 1\n"})
    top = Component("top", {"src/top.py": "TOP = 1\n"}, components={"base": "^1.0"})
    own = write_registry(tmp_path / "own", base, greeting())
    write_registry(project / "acme", top, greeting())
    configure(project, default=str(own), acme="acme")
    done = mlx("add", "@acme/top", "-C", project)
    assert done.status == 0, str(done)
    assert (locked(project, "base")["registry"], locked(project, "top")["registry"]) == (str(own), "acme")
    assert mlx("add", "greeting", "-C", project).status == 0
    names = [line.split()[0] for line in mlx("list", "-C", project).output.splitlines()]
    assert names == ["NAME", "base", "greeting", "@acme/greeting", "@acme/top"]
    listed = json.loads(mlx("list", "-C", project, "--json").output)["components"]
    assert {one["name"]: one["installed"] for one in listed}["greeting"] == "1.0.0"
    assert {one["name"]: one["installed"] for one in listed}["@acme/greeting"] is None
    taken = mlx("add", "@acme/greeting", "-C", project)
    assert taken.status == 1
    assert "component-name-taken" in taken.output or "only one of them" in taken.output
    refused(mlx("add", "greeting", "@acme/greeting", "-C", project), "the same name")
    refused(mlx("add", "@acne/greeting", "-C", project), "did you mean `acme`?")
    refused(mlx("add", "@acme", "-C", project), "@REGISTRY/NAME")
    assert mlx("status", "-C", project).output.count("complete") == 3


def test_registry_that_cannot_be_read_hides_no_others(mlx: Mlx, project: Path, tmp_path: Path) -> None:
    own = write_registry(tmp_path / "own", greeting())
    configure(project, default=str(own), acme="absent")
    done = mlx("list", "-C", project)
    assert done.status == 2
    assert "greeting" in done.output
    assert "absent" in done.errors
    assert mlx("add", "greeting", "-C", project).status == 0

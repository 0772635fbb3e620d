"""Every task of projen-foundation is run, by npx, and does what its description says."""

import json
import re
import shutil
import socket
from pathlib import Path

import pytest

from conftest import REPOSITORY, Mlx
from story import wait_for
from support.commands import run, succeed
from support.projen import ProjenProject, copied, make_environment
from support.registries import greeting, write_registry
from support.services import get
from support.trees import commit_all, difference, read_tree, write_files

PLATFORM = REPOSITORY / "examples/ml-platform"
PAGE = REPOSITORY / "docs/projen.md"

SHOP = {
    ".gitignore": "__pycache__/\n.venv\n.*_cache/\nsite/\n",
    "pyproject.toml": """\
[project]
name = "shop"
version = "2.0.0"
requires-python = ">=3.11"
dependencies = []

[dependency-groups]
dev = ["pytest>=8", "pytest-benchmark>=5", "types-PyYAML>=6.0"]

[tool.pytest.ini_options]
testpaths = ["tests"]
pythonpath = ["."]

[tool.ruff]
line-length = 100

[tool.ruff.lint]
select = ["E", "F", "I", "S"]
ignore = ["S101"]

[tool.mypy]
files = ["shop"]
""",
    "shop/__init__.py": '"""A shop."""\n',
    "shop/pricing.py": "def price(net: float, rate: float) -> float:\n    return round(net * (1 + rate), 2)\n",
    "tests/test_pricing.py": """\
from shop.pricing import price


def test_price() -> None:
    assert price(100, 0.19) == 119.0
""",
    "tests/test_speed.py": """\
from collections.abc import Callable

from shop.pricing import price


def test_speed_of_prices(benchmark: Callable[[Callable[[], float]], float]) -> None:
    assert benchmark(lambda: price(100, 0.19)) == 119.0
""",
    "Makefile": "WHO ?= you\n\ngreet: ## Greet somebody\n\t@echo hello $(WHO)\n",
    ".pre-commit-config.yaml": """\
repos:
  - repo: local
    hooks:
      - id: no-fixme
        name: no FIXME
        language: system
        entry: sh -c '! grep -l FIXME "$@"' --
        files: \\.py$
""",
    "docs/start.md": "# Start\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nThen [serve](guide/serving.md#run).\n",
    "docs/guide/serving.md": "# Serving\n\n## Run\n\nIt runs.\n",
    "README.md": "# Shop\n\nSee [serving](docs/guide/serving.md).\n",
}


@pytest.fixture(scope="module")
def venv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_environment(tmp_path_factory.mktemp("environment") / "venv")


@pytest.fixture(scope="module")
def made(mlx: Mlx, venv: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that has api-serving, and adopts projen."""
    directory = tmp_path_factory.mktemp("shop") / "project"
    write_files(directory, SHOP)
    commit_all(directory)
    done = mlx("add", "api-serving", "projen-foundation", "-C", directory)
    assert done.status == 0, str(done)
    ProjenProject.make(directory, mlx.binary, venv).synth()
    commit_all(directory)
    return directory


@pytest.fixture
def shop(made: Path, mlx: Mlx, venv: Path, tmp_path: Path) -> ProjenProject:
    return ProjenProject.make(copied(made, tmp_path / "shop/project"), mlx.binary, venv)


@pytest.fixture(scope="module")
def made_platform(mlx: Mlx, venv: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = copied(PLATFORM, tmp_path_factory.mktemp("platform") / "project")
    copied(REPOSITORY / "mlx-components", directory / "mlx-components")
    ProjenProject.make(directory, mlx.binary, venv).synth()
    return directory


@pytest.fixture
def platform(made_platform: Path, mlx: Mlx, venv: Path, tmp_path: Path) -> ProjenProject:
    return ProjenProject.make(copied(made_platform, tmp_path / "platform/project"), mlx.binary, venv)


def read(project: ProjenProject, path: str) -> str:
    return (project.directory / path).read_text(encoding="utf-8")


def append(project: ProjenProject, path: str, text: str) -> None:
    file = project.directory / path
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


# Adopting


def test_adopting_leaves_what_was_there(shop: ProjenProject) -> None:
    for name, text in SHOP.items():
        if name != "pyproject.toml":
            assert read(shop, name) == text, name
    again = shop.run()
    assert again.status == 0, str(again)
    assert succeed("git", "status", "--porcelain", directory=shop.directory) == "", "the synth is stable"
    [left] = [line for line in again.errors.splitlines() if "left as they are" in line]
    assert left.endswith(": .gitignore, pyproject.toml")


def test_adding_declares_components(shop: ProjenProject) -> None:
    assert 'project.add_mlx_component("api-serving")\n' in read(shop, ".projenrc.py")
    assert "mlx:synth-components" in shop.tasks


# mlx:…


def test_add_and_remove(shop: ProjenProject) -> None:
    assert "utility-framework 1.0.0" in shop.task("mlx:add", "utility-framework", "--dry-run")
    assert not (shop.directory / "shop/utils").exists()
    shop.task("mlx:add", "utility-framework")
    assert (shop.directory / "shop/utils/cache.py").is_file()
    shop.task("mlx:remove", "utility-framework")
    assert not (shop.directory / "shop/utils").exists()


def test_add_says_why_it_cannot(shop: ProjenProject) -> None:
    assert "no-such-thing" in shop.task("mlx:add", "no-such-thing", status=1)


def test_update(shop: ProjenProject, tmp_path: Path) -> None:
    first, second = greeting(), greeting()
    first.distributions = second.distributions = []
    second.version = "1.1.0"
    second.files["src/greeting.py"] = second.files["src/greeting.py"].replace("hello", "welcome")
    registry = str(write_registry(tmp_path / "registry", first))
    shop.task("mlx:add", "greeting", "--registry", registry)
    shop.synth()
    write_registry(tmp_path / "registry", second)
    shop.task("mlx:update", "greeting", "--registry", registry, "--dry-run")
    assert "hello" in read(shop, "shop/greeting.py")
    shop.task("mlx:update-greeting", "--registry", registry)
    assert "welcome" in read(shop, "shop/greeting.py")
    shop.task("mlx:update", "--registry", registry)
    assert "1.1.0" in shop.task("mlx:status", "--registry", registry)


def test_list_and_info(shop: ProjenProject) -> None:
    assert "rate-limiting" in shop.task("mlx:list")
    found = shop.task("mlx:list", "429")
    assert "rate-limiting" in found
    assert "plugin-registry" not in found
    assert "/models/{name}" in shop.task("mlx:info", "model-serving")


def test_status_and_diff(shop: ProjenProject) -> None:
    append(shop, "shop/api/main.py", "\nEXTRA = 1\n")
    assert re.search(r"shop/api/main\.py", shop.task("mlx:status"))
    assert "+EXTRA = 1" in shop.task("mlx:diff", "api-serving")


def test_check_and_explain(shop: ProjenProject) -> None:
    assert "Nothing clashes" in shop.task("mlx:check")
    assert "Nothing clashes" in shop.task("mlx:check", "rate-limiting")
    text = read(shop, "pyproject.toml")
    write_files(shop.directory, {"pyproject.toml": text.replace('"pydantic>=2.7,<3"', '"pydantic<2"')})
    said = shop.task("mlx:check", status=1)
    [code] = re.findall(r"error (requirement-disjoint-[0-9a-f]+)", said)
    assert code in shop.task("mlx:explain", code)


def test_recommend(shop: ProjenProject) -> None:
    retry = """

def fetch(load, tries=3):
    for attempt in range(tries):
        try:
            return load()
        except OSError:
            time.sleep(2**attempt)
    raise RuntimeError
"""
    write_files(shop.directory, {"shop/fetching.py": "import time\n" + retry})
    assert "utility-framework" in shop.task("mlx:recommend")


def test_doctor(shop: ProjenProject) -> None:
    assert "all injected files are there" in shop.task("mlx:doctor")
    (shop.directory / "shop/api/app.py").unlink()
    assert "shop/api/app.py" in shop.task("mlx:doctor", status=1)


def test_validate_components(shop: ProjenProject) -> None:
    shop.task("mlx:validate-components")
    (shop.directory / "shop/api/app.py").unlink()
    assert "shop/api/app.py" in shop.task("mlx:validate-components", status=1)


def test_synth_components(shop: ProjenProject) -> None:
    text = read(shop, ".projenrc.py").replace(
        "project.synth()", 'project.add_mlx_component("utility-framework")\nproject.synth()'
    )
    write_files(shop.directory, {".projenrc.py": text})
    shop.task("default")
    shop.task("mlx:synth-components")
    assert (shop.directory / "shop/utils/cache.py").is_file()
    assert "nothing to do" in shop.task("mlx:synth-components")


def test_rules_are_written_and_checked(shop: ProjenProject) -> None:
    shop.task("mlx:rules", "--check", status=1)
    shop.task("mlx:rules")
    assert "api-serving" in (shop.directory / "AGENTS.md").read_text(encoding="utf-8")
    shop.task("mlx:rules", "--check")


def test_smart_tests_are_those_that_a_change_can_affect(shop: ProjenProject) -> None:
    append(shop, "tests/test_pricing.py", "\n\ndef test_again() -> None:\n    assert price(0, 0.19) == 0\n")
    said = shop.task("test:smart", "--since", "HEAD")
    counted = re.search(r"in (\d+) of (\d+) files can be affected", said)
    assert counted and 1 <= int(counted[1]) < int(counted[2]), said
    assert "tests/test_pricing.py .." in said
    assert "tests/test_speed.py" not in said


def test_tests_of_a_component(shop: ProjenProject) -> None:
    append(shop, "tests/test_pricing.py", "\n\ndef test_fails() -> None:\n    assert False\n")
    said = shop.task("mlx:test-api-serving", "-q", "-k", "health")
    assert re.search(r"\d+ passed", said)
    assert "test_pricing" not in said
    append(shop, "tests/api/test_api_health.py", "\n\ndef test_fails() -> None:\n    assert False\n")
    assert "1 failed" in shop.task("mlx:test-api-serving", "-q", status=1)


def test_of_a_component_that_is_projen_itself(shop: ProjenProject) -> None:
    said = shop.task("mlx:test-projen-foundation", "-q")
    assert re.search(r"\d{3} passed", said)
    assert "skipped" not in said


def test_platform_makes_and_checks_its_catalogue(platform: ProjenProject) -> None:
    catalogue = read_tree(platform.directory / "mlx-components")
    platform.task("mlx:extract-components", "--check")
    (platform.directory / "mlx-components/r/cli.json").unlink()
    assert "r/cli.json" in platform.task("mlx:validate-registry", status=1)
    platform.task("mlx:extract-components")
    assert difference(catalogue, read_tree(platform.directory / "mlx-components")) == set()
    platform.task("mlx:validate-registry")


def test_platform_has_the_tasks_of_what_it_makes(platform: ProjenProject) -> None:
    assert {"mlx:test-cli", "mlx:update-plugin-registry", "api:dev"} <= set(platform.tasks)


# api:…


def test_api_is_served_anew_after_a_change(shop: ProjenProject) -> None:
    port = str(free_port())
    with shop.served("api:dev", "--port", port) as address:
        wait_for("an answer", lambda: answer(f"{address}/health"))
        append(shop, "shop/api/main.py", '\n\n@app.get("/extra")\ndef extra() -> str:\n    return "more"\n')
        wait_for("the new route", lambda: answer(f"{address}/extra"))


def test_api_is_served_as_in_production(shop: ProjenProject) -> None:
    port = str(free_port())
    with shop.served("api:prod", API_PORT=port):
        address = f"http://127.0.0.1:{port}"
        wait_for("an answer", lambda: answer(f"{address}/health"))
        assert get(f"{address}/info").body["environment"] == "production"


def answer(url: str) -> bool | None:
    try:
        return True if get(url).status == 200 else None
    except OSError:
        return None


# Tests, lint, types


def test_tests(shop: ProjenProject) -> None:
    assert "1 passed" in shop.task("test", "-q", "tests/test_pricing.py")
    assert re.search(r"\d{3} passed", shop.task("test", "-q"))
    write_files(shop.directory, {"tests/test_wrong.py": "def test_wrong() -> None:\n    assert False\n"})
    assert "1 failed" in shop.task("test", "-q", status=1)


def test_coverage(shop: ProjenProject) -> None:
    write_files(shop.directory, {"shop/unused.py": "X = 1\n\n\ndef unused() -> int:\n    return 1\n"})
    append(shop, "tests/test_pricing.py", "\n\ndef test_more() -> None:\n    import shop.unused\n")
    said = shop.task("test:coverage", "-q", "tests/test_pricing.py")
    assert re.search(r"shop/unused\.py\s+3\s+1\s+67%\s+5", said)


def test_benchmark(shop: ProjenProject) -> None:
    said = shop.task("test:benchmark", "tests/test_speed.py", "tests/test_pricing.py")
    assert "test_speed_of_prices" in said
    assert "1 passed, 1 skipped" in said
    assert "OPS" in said


def test_compatibility(shop: ProjenProject) -> None:
    said = shop.task("test:compatibility", "-q", "tests/test_pricing.py")
    assert "== Python 3.11" in said
    assert re.search(r"^passed: .*3\.11", said, flags=re.MULTILINE)
    append(shop, "tests/test_pricing.py", "\n\ndef test_wrong() -> None:\n    assert False\n")
    said = shop.task("test:compatibility", "-q", "tests/test_pricing.py", status=1)
    assert re.search(r"^FAILED: .*3\.11", said, flags=re.MULTILINE)


def test_lint(shop: ProjenProject) -> None:
    shop.task("lint")
    append(shop, "shop/pricing.py", "import os\n")
    assert "F401" in shop.task("lint", status=1)
    shop.task("lint:fix", "--select", "F")
    assert "import os" not in read(shop, "shop/pricing.py")


def test_format(shop: ProjenProject) -> None:
    shop.task("format:check")
    append(shop, "shop/pricing.py", "\n\nRATES = {  'a':1}\n")
    assert "shop/pricing.py:5" in shop.task("format:check", status=1)
    shop.task("format")
    assert 'RATES = {"a": 1}\n' in read(shop, "shop/pricing.py")
    shop.task("format:check")


def test_types(shop: ProjenProject) -> None:
    assert "no issues found" in shop.task("type-check")
    append(shop, "shop/pricing.py", "\n\nWRONG: int = price(1, 2)\n")
    assert "shop/pricing.py:5" in shop.task("type-check", status=1)


def test_all_checks(shop: ProjenProject) -> None:
    order = [step["spawn"] for step in shop.tasks["quality:all"]["steps"]]
    assert order == ["lint", "format:check", "type-check", "test"]
    said = shop.task("quality:all")
    for sign in ("All checks passed!", "already formatted", "no issues found", " passed"):
        assert sign in said
    write_files(shop.directory, {"tests/test_wrong.py": "def test_wrong() -> None:\n    assert 1 == 2\n"})
    assert "1 failed" in shop.task("quality:all", status=1)


def test_without_uv(shop: ProjenProject, tmp_path: Path) -> None:
    """What the environment has is run; for the rest one line says what to install."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("git", "node", "npx", "sh"):
        (programs / name).symlink_to(shutil.which(name) or "")
    for task in ("lint", "format:check", "type-check", "docs:build"):
        done = shop.run(task, PATH=str(programs))
        assert done.status == 0, str(done)
    for task, advice in {
        "security:bandit": "bandit is not installed: add bandit to the group `dev`, or install uv",
        "test:compatibility": "uv is not installed",
        "mlx:list": "mlx: command not found",
    }.items():
        done = shop.run(task, PATH=str(programs))
        assert done.status == 1, str(done)
        assert advice in done.errors


# security:…


def test_bandit_that_uv_brings(shop: ProjenProject) -> None:
    assert not (shop.directory / ".venv/bin/bandit").exists()
    shop.task("security:bandit")
    append(shop, "shop/pricing.py", "\n\ndef cheap(text: str) -> float:\n    return eval(text)\n")
    assert "B307" in shop.task("security:bandit", status=1)


def test_audit_is_asked_of_pip_audit(shop: ProjenProject) -> None:
    """What it finds depends on a service that is not here; its words do not."""
    noted = shop.stand_in("pip-audit")
    shop.task("security:audit", "--desc")
    words = noted.read_text(encoding="utf-8").splitlines()
    assert words[:3] == ["--strict", "--no-deps", "--disable-pip"]
    assert words[-1] == "--desc"


def test_trivy_is_asked(shop: ProjenProject) -> None:
    """Its list of weaknesses cannot be had here; its words are those of its manual."""
    assert "trivy is not installed" in shop.task("security:trivy", status=1)
    noted = shop.stand_in("trivy")
    shop.task("security:trivy", "--severity", "HIGH")
    assert noted.read_text(encoding="utf-8").splitlines() == [
        *("fs", "--scanners", "vuln,secret,misconfig", "--exit-code", "1", ".", "--severity", "HIGH")
    ]


# pre-commit:…, make:…, docs:…


def test_hooks(shop: ProjenProject) -> None:
    shop.task("pre-commit:run")
    write_files(shop.directory, {"shop/later.py": "X = 1  # FIXME\n"})
    succeed("git", "add", "shop/later.py", directory=shop.directory)
    assert "shop/later.py" in shop.task("pre-commit:run", status=1)
    shop.task("pre-commit:install")
    commit = ("git", "commit", "--quiet", "--message=Later")
    refused = run(*commit, directory=shop.directory)
    assert refused.status == 1, str(refused)
    assert "no FIXME" in refused.output + refused.errors
    write_files(shop.directory, {"shop/later.py": "X = 1\n"})
    succeed("git", "add", "shop/later.py", directory=shop.directory)
    succeed(*commit, directory=shop.directory)


def test_targets_of_make(shop: ProjenProject) -> None:
    assert shop.tasks["make:greet"]["description"] == "Greet somebody"
    assert "hello you" in shop.task("make:greet")
    assert "hello all of you" in shop.task("make:greet", "WHO=all of you")


def test_pages_are_built(shop: ProjenProject) -> None:
    assert "3 pages" in shop.task("docs:build")
    start = read(shop, "site/start.html")
    assert "<td>1</td>" in start
    assert 'href="guide/serving.html#run"' in start
    assert 'id="run"' in read(shop, "site/guide/serving.html")
    assert 'href="start.html"' in read(shop, "site/index.html")


def test_pages_are_served(shop: ProjenProject) -> None:
    with shop.served("docs:serve", "--port", "0") as address:
        assert succeed("curl", "--silent", "--fail", "--noproxy", "*", f"{address}/guide/serving.html").count("Serving")


def test_pages_are_organized(shop: ProjenProject) -> None:
    shop.task("docs:organize")
    assert "- [Start](start.md)\n\n## guide\n\n- [Serving](guide/serving.md)" in read(shop, "docs/index.md")


def test_links_are_updated(shop: ProjenProject) -> None:
    shop.task("docs:update-links")
    (shop.directory / "docs/operation").mkdir()
    (shop.directory / "docs/guide/serving.md").rename(shop.directory / "docs/operation/serving.md")
    shop.task("docs:update-links")
    assert "(operation/serving.md#run)" in read(shop, "docs/start.md")
    assert "(docs/operation/serving.md)" in read(shop, "README.md")
    append(shop, "docs/start.md", "[gone](gone.md)\n")
    assert "docs/start.md:8: gone.md leads nowhere" in shop.task("docs:update-links", status=1)


# All of them


def pattern_of(name: str) -> str:
    """`mlx:test-NAME` for `mlx:test-api-serving`."""
    name = re.sub(r"^(mlx:(?:test|update))-.+", r"\1-NAME", name)
    return re.sub(r"^make:.+", "make:TARGET", name)


def all_tasks(*projects: ProjenProject) -> set[str]:
    return {pattern_of(name) for project in projects for name in project.tasks}


def test_every_task_is_run_here(shop: ProjenProject, platform: ProjenProject) -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    ran = {pattern_of(name) for name in re.findall(r'\.(?:task|served)\(\s*"([^"]+)"', text)}
    wanted = all_tasks(shop, platform)
    assert len(wanted) > 35
    assert wanted - ran == set()
    assert ran - wanted <= {"default"}


def test_every_task_is_documented(shop: ProjenProject, platform: ProjenProject) -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    documented = {name for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1])}
    assert documented == all_tasks(shop, platform)


def test_every_task_that_takes_arguments_forwards_them(shop: ProjenProject) -> None:
    for name, task in shop.tasks.items():
        forwards = any(step.get("receiveArgs") for step in task["steps"])
        assert forwards is (name not in {"mlx:validate-components", "quality:all"}), json.dumps(task)

"""`mlx rules`: what is written, kept, refused and taken away again."""

import json
from pathlib import Path
from typing import Any

import pytest

from conftest import Mlx
from support.registries import greeting, write_registry
from support.schemas import complaints_about
from support.trees import read_tree, write_files

RULES = ".cursor/rules"


@pytest.fixture
def serving(mlx: Mlx, project: Path) -> Path:
    """A project with api-serving and plugin-registry, and what they require."""
    assert mlx("add", "api-serving", "plugin-registry", "-C", project).status == 0
    return project


def agents(project: Path) -> str:
    return (project / "AGENTS.md").read_text(encoding="utf-8")


def answer(mlx: Mlx, project: Path, *options: str, status: int = 0) -> dict[str, Any]:
    done = mlx("rules", "--json", "-C", project, *options)
    assert (done.status, done.errors) == (status, ""), str(done)
    assert complaints_about("cli-rules", done.output) == ""
    said: dict[str, Any] = json.loads(done.output)
    return said


def codes(said: dict[str, Any]) -> list[str]:
    return [finding["code"] for finding in said["findings"]]


def test_writes_sections_and_rules_that_are_then_up_to_date(mlx: Mlx, serving: Path) -> None:
    assert mlx("rules", "--check", "-C", serving).status == 1
    done = mlx("rules", "-C", serving)
    assert (done.status, done.errors) == (0, "")
    assert sorted(path.name for path in (serving / RULES).iterdir()) == [
        "mlx-api-serving.mdc",
        "mlx-config-management.mdc",
        "mlx-plugin-registry.mdc",
    ]
    text = agents(serving)
    for expected in (
        "`GET /health/ready`",
        "`app.include_router(MODULE.router)`",
        "`@plugin(kind, name)` from `src.plugins`",
        "`pytest tests/api`",
        "`python -m src.api`",
    ):
        assert expected in text
    assert mlx("rules", "--check", "-C", serving).status == 0
    assert answer(mlx, serving)["upToDate"]


def test_every_path_that_is_named_is_there(mlx: Mlx, serving: Path) -> None:
    mlx("rules", "-C", serving)
    named = {part.strip("`.,;:()") for part in agents(serving).split() if "/" in part and part.startswith("`")}
    paths = {name for name in named if name.startswith(("src/", "conf/", "tests/")) and "GROUP" not in name}
    assert len(paths) > 10
    assert [path for path in paths if not (serving / path).exists()] == []


def test_a_dry_run_shows_and_check_lists(mlx: Mlx, serving: Path) -> None:
    before = read_tree(serving)
    done = mlx("rules", "--dry-run", "-C", serving)
    assert done.status == 0
    assert "+## Components from MLX" in done.output
    listed = mlx("rules", "--check", "-C", serving)
    assert (listed.status, "AGENTS.md" in listed.output) == (1, True)
    assert not answer(mlx, serving, "--check", status=1)["upToDate"]
    assert read_tree(serving) == before


def test_what_a_user_wrote_stays(mlx: Mlx, serving: Path) -> None:
    write_files(serving, {"AGENTS.md": "# Ours\n\nBe kind.\n"})
    mlx("rules", "-C", serving)
    text = agents(serving)
    assert text.startswith("# Ours\n\nBe kind.\n\n<!-- mlx:begin ")
    ours = text.replace("<!-- mlx:begin plugin-registry", "Mind the gap.\n\n<!-- mlx:begin plugin-registry") + "\nThe end.\n"
    write_files(serving, {"AGENTS.md": ours})
    assert answer(mlx, serving)["upToDate"]
    assert mlx("remove", "plugin-registry", "-C", serving).status == 0
    assert answer(mlx, serving)["applied"]
    assert not (serving / RULES / "mlx-plugin-registry.mdc").exists()
    left = agents(serving)
    assert "plugin-registry" not in left
    assert "Be kind." in left and "Mind the gap." in left and left.endswith("\nThe end.\n")
    mlx("remove", "api-serving", "config-management", "-C", serving)
    assert answer(mlx, serving)["applied"]
    assert "mlx" not in agents(serving)
    assert not (serving / ".cursor").exists() or not list((serving / RULES).iterdir())


def test_removing_all_leaves_what_was_there(mlx: Mlx, project: Path) -> None:
    write_files(project, {"AGENTS.md": "# Ours\n"})
    mlx("add", "utility-framework", "-C", project)
    mlx("rules", "-C", project)
    mlx("remove", "utility-framework", "-C", project)
    mlx("rules", "-C", project)
    assert agents(project) == "# Ours\n"
    (project / "AGENTS.md").unlink()
    mlx("add", "utility-framework", "-C", project)
    mlx("rules", "-C", project)
    mlx("remove", "utility-framework", "-C", project)
    mlx("rules", "-C", project)
    assert not (project / "AGENTS.md").exists()


def test_an_edit_inside_is_refused_with_its_line_and_given_up_only_if_asked(mlx: Mlx, serving: Path) -> None:
    mlx("rules", "-C", serving)
    write_files(serving, {"AGENTS.md": agents(serving).replace("`GET /info`", "`GET /info`, mind the cache")})
    before = read_tree(serving)
    said = answer(mlx, serving, status=1)
    assert (codes(said), said["blocked"]) == (["rules-edited"], True)
    [place] = said["findings"][0]["evidence"]
    assert agents(serving).splitlines()[place["line"] - 1].startswith("<!-- mlx:begin api-serving ")
    assert read_tree(serving) == before
    assert codes(answer(mlx, serving, "--check", status=1)) == ["rules-edited"]
    assert answer(mlx, serving, "--overwrite")["applied"]
    assert "mind the cache" not in agents(serving)


def test_markers_that_do_not_pair_are_refused(mlx: Mlx, serving: Path) -> None:
    mlx("rules", "-C", serving)
    write_files(serving, {"AGENTS.md": agents(serving).replace("<!-- mlx:end -->", "", 1)})
    before = read_tree(serving)
    for options in ((), ("--overwrite",)):
        assert codes(answer(mlx, serving, *options, status=1)) == ["rules-markers-broken"]
    assert read_tree(serving) == before


def test_front_matter_may_be_changed(mlx: Mlx, serving: Path) -> None:
    mlx("rules", "-C", serving)
    rule = serving / RULES / "mlx-api-serving.mdc"
    own = rule.read_text(encoding="utf-8").replace("alwaysApply: false", "alwaysApply: true")
    rule.write_text(own, encoding="utf-8")
    assert answer(mlx, serving)["upToDate"]
    (serving / "src/api/routers/info.py").unlink()
    assert answer(mlx, serving)["applied"]
    assert "alwaysApply: true" in rule.read_text(encoding="utf-8")
    assert "/info" not in rule.read_text(encoding="utf-8")


@pytest.mark.parametrize("linked", ["AGENTS.md", ".cursor", RULES, f"{RULES}/mlx-api-serving.mdc"])
def test_links_are_not_written_through(mlx: Mlx, serving: Path, linked: str) -> None:
    outside = serving.parent / "outside"
    write_files(outside, {"notes.md": "Ours.\n"})
    place = serving / linked
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(outside / "notes.md" if linked.endswith(("md", "mdc")) else outside)
    before = read_tree(outside)
    said = answer(mlx, serving, status=1)
    assert set(codes(said)) == {"rules-file-unusable"}
    assert read_tree(outside) == before
    assert place.is_symlink()


def test_a_link_to_agents_is_no_matter(mlx: Mlx, serving: Path) -> None:
    (serving / "CLAUDE.md").symlink_to("AGENTS.md")
    assert answer(mlx, serving)["applied"]
    assert "Components from MLX" in (serving / "CLAUDE.md").read_text(encoding="utf-8")


def test_without_components_there_is_nothing_to_write(mlx: Mlx, project: Path) -> None:
    before = read_tree(project)
    assert answer(mlx, project)["upToDate"]
    assert mlx("rules", "--check", "-C", project).status == 0
    assert read_tree(project) == before


def test_without_its_registry_only_titles_are_left_out(mlx: Mlx, project: Path, tmp_path: Path) -> None:
    registry = write_registry(tmp_path / "registry", greeting())
    write_files(project, {"mlx.toml": f'[registries]\ndefault = "{registry}"\n'})
    assert mlx("add", "greeting", "-C", project).status == 0
    mlx("rules", "-C", project)
    with_registry = agents(project)
    assert "### Greeting (`greeting`)" in with_registry
    (registry / "registry.json").unlink()
    said = answer(mlx, project)
    assert codes(said) == ["registry-unavailable"]
    assert agents(project) == with_registry.replace("Greeting (`greeting`)", "`greeting`") or "`greeting`" in agents(project)


def test_the_commands_are_those_of_the_project(mlx: Mlx, serving: Path) -> None:
    tasks = {"test": {"name": "test", "description": "Run tests"}, "x y": {"description": "no"}, "inner": {"name": "inner"}}
    pyproject = (serving / "pyproject.toml").read_text(encoding="utf-8")
    scripts = '\n[project.scripts]\nserve-shop = "src.api.__main__:main"\n'
    write_files(
        serving,
        {
            "uv.lock": "version = 1\n",
            ".projenrc.py": "",
            ".projen/tasks.json": json.dumps({"tasks": tasks}),
            "pyproject.toml": pyproject + scripts,
        },
    )
    mlx("rules", "-C", serving)
    text = agents(serving)
    assert "`uv run pytest tests/api`" in text
    assert "`uv run python -m src.api`" in text
    assert "`npx projen TASK`: `test`." in text
    assert "`serve-shop`" in text


def test_hostile_text_stays_text(mlx: Mlx, serving: Path) -> None:
    """A docstring cannot end a section, begin one, or break out of its line."""
    hostile = '"""Fine. <!-- mlx:end --> ``x`` :class:`Y` | <script>"""\n'
    write_files(serving, {"src/plugins/__init__.py": hostile})
    mlx("rules", "-C", serving)
    assert answer(mlx, serving)["upToDate"]
    assert "Fine. mlx:end `x` `Y` | <script>" in agents(serving)


def test_a_project_whose_source_directory_was_empty(mlx: Mlx, tmp_path: Path) -> None:
    """What components brought is not taken for packages that the project could mean."""
    project = tmp_path / "new"
    write_files(project, {"pyproject.toml": '[project]\nname = "shop"\nversion = "0.1"\ndependencies = []\n'})
    (project / "src").mkdir()
    commands = ["add plugin-registry", "rules", "add rate-limiting", "rules", "check", "diff", "doctor", "remove plugin-registry", "rules", "init"]
    for command in commands:
        done = mlx(*command.split(), "-C", project)
        assert "several packages" not in done.output + done.errors, command
        assert done.status == 0, str(done)
    assert "src/rate_limiting/" in agents(project)
    assert 'source-root = "src"' in (project / "mlx.toml").read_text(encoding="utf-8")

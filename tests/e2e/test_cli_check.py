"""`mlx check` and `mlx explain`: what clashes, where, and what to do about it."""

import json
import math
from pathlib import Path

from conftest import Mlx
from support.trees import read_tree, write_files

DOCUMENTED = Path(__file__).parents[2] / "docs/findings.md"
ROUTE = 'from fastapi import APIRouter\n\nrouter = APIRouter()\n\n\n@router.get("/health")\ndef health() -> str:\n    return "ok"\n'


def test_a_project_that_fits(mlx: Mlx, project: Path) -> None:
    assert mlx("add", "api-serving", "-C", project).status == 0
    before = read_tree(project)
    done = mlx("check", "-C", project)
    assert (done.status, done.errors) == (0, ""), str(done)
    assert read_tree(project) == before


def test_a_clash_is_shown_with_its_places_and_a_remedy(mlx: Mlx, project: Path) -> None:
    assert mlx("add", "api-serving", "-C", project).status == 0
    write_files(project, {"src/status.py": ROUTE})
    done = mlx("check", "-C", project)
    assert done.status == 1
    assert "error route-collision-" in done.output
    assert "at src/status.py:7" in done.output
    assert "at src/api/routers/health.py:" in done.output
    assert "→ " in done.output
    found = json.loads(mlx("check", "--json", "-C", project).output)["findings"]
    identifier = next(finding["id"] for finding in found if finding["code"] == "route-collision")
    explained = mlx("explain", identifier)
    assert (explained.status, explained.errors) == (0, "")
    assert "What to do:" in explained.output


def test_a_component_that_is_not_there_yet(mlx: Mlx, project: Path) -> None:
    write_files(project, {"src/api/app.py": "mine = True\n"})
    assert mlx("check", "-C", project).status == 0
    done = mlx("check", "api-serving", "-C", project)
    assert done.status == 1
    assert "file-collision" in done.output
    assert "src/api/app.py" in done.output


def test_findings_keep_their_names_while_lines_move(mlx: Mlx, project: Path) -> None:
    assert mlx("add", "api-serving", "-C", project).status == 0
    write_files(project, {"src/status.py": ROUTE})
    before = json.loads(mlx("check", "--json", "-C", project).output)["findings"]
    write_files(project, {"src/status.py": "# One line more.\n\n" + ROUTE})
    after = json.loads(mlx("check", "--json", "-C", project).output)["findings"]
    assert [finding["id"] for finding in before] == [finding["id"] for finding in after]
    assert before != after


def test_sarif_for_code_scanning(mlx: Mlx, project: Path) -> None:
    assert mlx("add", "api-serving", "-C", project).status == 0
    write_files(project, {"src/é status.py": ROUTE})
    done = mlx("check", "--sarif", "-C", project)
    assert (done.status, done.errors) == (1, "")
    log = json.loads(done.output)
    assert log["version"] == "2.1.0"
    (analysis,) = log["runs"]
    assert "route-collision" in {rule["id"] for rule in analysis["tool"]["driver"]["rules"]}
    result = next(result for result in analysis["results"] if result["ruleId"] == "route-collision")
    assert result["level"] == "error"
    place = result["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "src/%C3%A9%20status.py", "uriBaseId": "%SRCROOT%"}, "region": {"startLine": 7}}
    assert result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "src/api/routers/health.py"
    identifiers = [finding["id"] for finding in json.loads(mlx("check", "--json", "-C", project).output)["findings"]]
    assert result["partialFingerprints"]["mlxFinding/v1"] in identifiers


def test_markdown_for_a_summary(mlx: Mlx, project: Path) -> None:
    assert mlx("add", "api-serving", "-C", project).status == 0
    assert mlx("check", "--markdown", "-C", project).output == "Nothing clashes here.\n"
    write_files(project, {"src/status.py": ROUTE})
    done = mlx("check", "--markdown", "-C", project)
    assert done.status == 1
    assert "- **error** GET /health of the project" in done.output
    assert "`src/status.py:7`" in done.output
    assert mlx("check", "--markdown", "--sarif", "-C", project).status == 2


def test_what_cannot_be_checked_is_an_error(mlx: Mlx, project: Path) -> None:
    unknown = mlx("check", "api-servin", "-C", project)
    assert (unknown.status, unknown.output) == (2, "")
    assert "did you mean `api-serving`?" in unknown.errors
    write_files(project, {"mlx.lock": "{"})
    broken = mlx("check", "-C", project)
    assert (broken.status, broken.output) == (2, "")
    assert "mlx.lock" in broken.errors


def test_a_file_with_a_syntax_error_is_read_as_far_as_it_goes(mlx: Mlx, project: Path) -> None:
    write_files(project, {"src/broken.py": "def f(:\n"})
    assert mlx("check", "-C", project).status == 0


def scores(mlx: Mlx, project: Path, *words: str) -> dict[str, float]:
    answer = json.loads(mlx("check", *words, "--json", "-C", project).output)
    return {component["name"]: component["score"] for component in answer["components"]}


def test_a_score_falls_with_what_is_in_the_way(mlx: Mlx, project: Path) -> None:
    assert scores(mlx, project) == {}
    free = scores(mlx, project, "model-management")
    # What it requires would come with it.
    assert set(free) == {"config-management", "model-management", "utility-framework"}
    write_files(project, {"conf/config.yaml": "own: true\n"})
    taken = scores(mlx, project, "model-management")
    assert taken["config-management"] < free["config-management"]
    assert taken["model-management"] < free["model-management"]
    assert taken["utility-framework"] == free["utility-framework"]
    shown = mlx("check", "model-management", "-C", project)
    assert f"{taken['model-management']:.2f}  model-management (not installed)\n" in shown.output


def test_a_score_is_explained(mlx: Mlx, project: Path) -> None:
    write_files(project, {"conf/config.yaml": "own: true\n"})
    [component] = json.loads(mlx("check", "config-management", "--json", "-C", project).output)["components"]
    [contribution] = component["contributions"]
    assert (contribution["code"], contribution["count"]) == ("file-collision", 1)
    [without] = scores(mlx, project, "utility-framework").values()
    logit = math.log(without / (1 - without)) + contribution["contribution"]
    assert math.isclose(component["score"], 1 / (1 + math.exp(-logit)))
    shown = mlx("check", "config-management", "--explain", "-C", project)
    assert f"  {contribution['contribution']:+.2f}  file-collision\n" in shown.output
    assert "without findings" in shown.output
    assert "without findings" not in mlx("check", "config-management", "-C", project).output


def test_all_pairs(mlx: Mlx, project: Path) -> None:
    components = [one["name"] for one in json.loads(mlx("list", "--json", "-C", project).output)["components"]]
    done = mlx("check", "--matrix", "--json", "-C", project)
    assert (done.status, done.errors) == (0, "")
    answer = json.loads(done.output)
    assert answer["components"] == []
    pairs = [tuple(pair["components"]) for pair in answer["pairs"]]
    assert pairs == [(one, other) for one in sorted(components) for other in sorted(components) if one < other]
    shown = mlx("check", "--matrix", "-C", project)
    assert " 1 api-serving" in shown.output
    assert "pairs" not in json.loads(mlx("check", "--json", "-C", project).output)


def test_explain(mlx: Mlx) -> None:
    listed = mlx("explain")
    assert (listed.status, listed.errors) == (0, "")
    assert "route-collision" in listed.output
    unknown = mlx("explain", "route-colision")
    assert (unknown.status, unknown.output) == (2, "")
    assert "did you mean `route-collision`?" in unknown.errors


def test_the_page_of_findings_is_what_the_rules_say(mlx: Mlx) -> None:
    # build/release/mlx explain --markdown > docs/findings.md
    assert mlx("explain", "--markdown").output == DOCUMENTED.read_text()

"""Is the pull request right? Decided from the catalogue's own data, without the engine."""

import json
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from story import COMMAND, PROJECT, Forge, Outcome

CATALOGUE = Path(__file__).parents[1] / "mlx-components"
COMPONENTS = ("config-management", "api-serving")
LONGEST_LINE = 100  # of the platform
PACKAGE = "churn_model"
READER = "reader-rita"


@dataclass(frozen=True)
class Check:
    claim: str
    complaint: str  # empty: the claim holds


def injected_files() -> dict[str, str]:
    """Where each file of the components belongs in the demo's project, and its template."""
    files = {}
    for name in COMPONENTS:
        component = json.loads((CATALOGUE / name / "component.json").read_text(encoding="utf-8"))
        for file in component["files"]:
            target = re.sub(r"^src/", f"src/{PACKAGE}/", file["target"])
            template = CATALOGUE / name / file["path"]
            files[target] = template.read_text(encoding="utf-8")
    return files


def rewritten(template: str) -> str:
    """A template as it should be in the project: only what imports begin with differs, and lines that get too long."""
    template = re.sub(r"^(\s*(?:from|import) )src\b", rf"\g<1>{PACKAGE}", template, flags=re.MULTILINE)
    template = re.sub(rf"^( *)(from {PACKAGE}.*? import )([^(\n#]+)$", _wrapped, template, flags=re.MULTILINE)
    return re.sub(r"(?<=[\"'` ])src\.(?=(?:api|config)\b)", f"{PACKAGE}.", template)


def _wrapped(found: re.Match[str]) -> str:
    """An import as formatters write it."""
    indent, start, names = found.groups()
    if len(found[0]) <= LONGEST_LINE:
        return found[0]
    lines = "".join(f"{indent}    {name},\n" for name in names.split(", "))
    return f"{indent}{start}(\n{lines}{indent})"


def check(outcome: Outcome, forge: Forge) -> list[Check]:
    results = []

    def claim(text: str, complain: Callable[[], str]) -> None:
        results.append(Check(text, complain()))

    claim("the bot reacted with 👀 and 🚀", lambda: _differs(sorted(outcome.reactions), ["eyes", "rocket"]))
    claim("it replied once, with the pull request", lambda: _check_reply(outcome))
    claim("there is one pull request", lambda: _differs(len(outcome.pull_requests), 1))
    if len(outcome.pull_requests) != 1:
        return results
    pull_request = outcome.pull_requests[0]
    branch = pull_request["head"]["ref"]
    files = {file["filename"]: file for file in outcome.files}

    def text_of(path: str) -> str:
        return forge.file(READER, path, branch)

    claim("its title says what it adds", lambda: _differs(pull_request["title"], "Add api-serving"))
    claim(
        "it goes from mlx/add/api-serving to main",
        lambda: _differs((branch, pull_request["base"]["ref"]), ("mlx/add/api-serving", "main")),
    )
    claim("its description names the issue and who asked", lambda: _check_body(outcome))
    expected = injected_files()
    own = {"pyproject.toml", ".env.example", "mlx.lock"}
    claim("it has the files of both components and of MLX, no others", lambda: _same(set(files), expected.keys() | own))
    claim(
        "it removes no line of yours",
        lambda: ", ".join(name for name, file in files.items() if file["deletions"]),
    )
    claim(
        "all imports say churn_model, and nothing else differs from the catalogue",
        lambda: ", ".join(path for path, template in expected.items() if text_of(path) != rewritten(template)),
    )
    claim(
        "pyproject.toml has the new dependencies beside the old ones",
        lambda: _check_manifest(text_of("pyproject.toml")),
    )
    claim(".env.example names the new variables beside the old one", lambda: _check_variables(text_of(".env.example")))
    claim("mlx.lock records every file", lambda: _check_lock(text_of("mlx.lock"), set(expected)))
    return results


def _differs(found: object, expected: object) -> str:
    return "" if found == expected else f"found {found!r} instead of {expected!r}"


def _same(found: set[str], expected: set[str]) -> str:
    missing = [f"{name} is missing" for name in sorted(expected - found)]
    return ", ".join(missing + [f"{name} is too many" for name in sorted(found - expected)])


def _check_reply(outcome: Outcome) -> str:
    if len(outcome.replies) != 1:
        return f"found {len(outcome.replies)} replies"
    body = outcome.replies[0]["body"]
    named = [f"{outcome.sign}{each['number']}" for each in outcome.pull_requests]
    return "" if COMMAND in body and all(each in body for each in named) else f"it says {body!r}"


def _check_body(outcome: Outcome) -> str:
    body = outcome.pull_requests[0]["body"]
    needed = [f"#{outcome.issue['number']}", outcome.comment["user"]["login"], *COMPONENTS]
    return ", ".join(f"{each} is missing" for each in needed if each not in body)


def _check_manifest(text: str) -> str:
    before = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    after = tomllib.loads(text)
    needed = set(before["project"]["dependencies"])
    groups = {name: set(values) for name, values in before["dependency-groups"].items()}
    for name in COMPONENTS:
        component = json.loads((CATALOGUE / name / "component.json").read_text(encoding="utf-8"))
        needed |= set(component["requires"]["distributions"])
        for group, values in component["requires"]["groups"].items():
            groups.setdefault(group, set()).update(values)
    found_groups = {name: set(values) for name, values in after["dependency-groups"].items()}
    complaint = _same(set(after["project"]["dependencies"]), needed) or _differs(found_groups, groups)
    for document in (before, after):
        del document["project"]["dependencies"], document["dependency-groups"]
    return complaint or _differs(after, before)


def _check_variables(text: str) -> str:
    before = (PROJECT / ".env.example").read_text(encoding="utf-8")
    if not text.startswith(before):
        return "what was there has changed"
    missing = []
    for name in COMPONENTS:
        component = json.loads((CATALOGUE / name / "component.json").read_text(encoding="utf-8"))
        for variable in component["requires"]["environment"]:
            if not re.search(rf"^(# )?{variable['name']}=", text, flags=re.MULTILINE):
                missing.append(f"{variable['name']} is missing")
    return ", ".join(missing)


def _check_lock(text: str, expected: set[str]) -> str:
    components = json.loads(text)["components"]
    recorded = {path for component in components.values() for path in component["files"]}
    return _differs(sorted(components), sorted(COMPONENTS)) or _same(recorded, expected)

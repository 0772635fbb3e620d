"""A plugin for pytest that writes the outcome of each test to the file that MLX_OUTCOMES names."""

import json
import os

OUTCOMES: dict[str, str] = {}


def pytest_runtest_logreport(report) -> None:
    said = OUTCOMES.get(report.nodeid, "passed")
    outcome = report.outcome
    if hasattr(report, "wasxfail"):
        outcome = "xpassed" if outcome == "passed" else "xfailed"
    if said == "passed":
        OUTCOMES[report.nodeid] = outcome


def pytest_collectreport(report) -> None:
    # A file that cannot be collected is a test that fails.
    if report.failed:
        OUTCOMES[report.nodeid] = "error"


def pytest_sessionfinish() -> None:
    with open(os.environ["MLX_OUTCOMES"], "w", encoding="utf-8") as file:
        json.dump(OUTCOMES, file)

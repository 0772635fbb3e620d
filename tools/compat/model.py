"""A logistic model of whether a component works in a project, from how often each rule found something.

The weight of a rule is the one of its severity and a difference of its own, which is held small (L2), so that a rule with few
examples stays near what its severity says; severities and the intercept are held near what was set by hand. No weight is positive: one more finding never raises a score.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random

from compat.examples import Example

Severities = dict[str, str]  # by rule
Weights = dict[str, float]  # `intercept`, severities, rules

STRENGTHS = (0.0, 1.0, 1.5, 2.0)  # of no, one, two, three and more findings; engine/compat/score.cpp has the same
SET_BY_HAND: Weights = {"error": -3.0, "info": 0.0, "intercept": 2.0, "warning": -0.5}
TOWARDS_HAND, OF_RULES = 0.5, 1.0  # how much it costs to be far from what was set, and to be different
STEPS, STEP = 4000, 0.5
DIGITS = 4


def strength(count: int) -> float:
    return STRENGTHS[min(count, len(STRENGTHS) - 1)]


def logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value)) if value >= 0 else math.exp(value) / (1 + math.exp(value))


def is_held_out(example: Example) -> bool:
    """Two of five generated projects, by number, and all public ones."""
    return example.kind == "public" or int(example.project.rpartition("-")[2]) % 5 < 2


def fit(examples: Sequence[Example], severities: Severities) -> Weights:
    """The weights that suit the examples best, by gradient descent that is put back where no weight is positive."""
    # What looks alike counts together.
    alike: dict[tuple[tuple[str, int], ...], list[bool]] = {}
    for one in examples:
        alike.setdefault(tuple(sorted(one.counts.items())), []).append(one.works)
    cases = [([(code, strength(count)) for code, count in counts], len(works), sum(works)) for counts, works in sorted(alike.items())]
    codes = sorted({code for one in examples for code in one.counts})
    of_severity = {name: weight for name, weight in SET_BY_HAND.items() if name != "intercept"}
    of_rule = dict.fromkeys(codes, 0.0)
    intercept = SET_BY_HAND["intercept"]
    size = STEP / len(examples)
    for _ in range(STEPS):
        slope = 0.0
        slopes = dict.fromkeys(codes, 0.0)
        total = {code: of_severity[severities[code]] + of_rule[code] for code in codes}
        for features, count, working in cases:
            expected = count * logistic(intercept + sum(total[code] * value for code, value in features))
            slope += expected - working
            for code, value in features:
                slopes[code] += (expected - working) * value
        intercept -= size * (slope + TOWARDS_HAND * (intercept - SET_BY_HAND["intercept"]))
        for severity in of_severity:
            shared = sum(slopes[code] for code in codes if severities[code] == severity)
            away = TOWARDS_HAND * (of_severity[severity] - SET_BY_HAND[severity])
            of_severity[severity] = min(0.0, of_severity[severity] - size * (shared + away))
        for code in codes:
            moved = of_rule[code] - size * (slopes[code] + OF_RULES * of_rule[code])
            of_rule[code] = min(moved, -of_severity[severities[code]])
    weights = {"intercept": intercept, **of_severity}
    weights |= {code: of_severity[severities[code]] + of_rule[code] for code in codes}
    return {name: round(weight, DIGITS) + 0.0 for name, weight in sorted(weights.items())}


def score(example: Example, weights: Weights, severities: Severities) -> float:
    logit = weights["intercept"]
    for code, count in example.counts.items():
        logit += weights.get(code, weights[severities[code]]) * strength(count)
    return logistic(logit)


# --- how good a score is ---


def roc_auc(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """How often something that works has the higher score; half for a tie."""
    by_value: dict[float, list[int]] = {}
    for value, works in zip(scores, labels, strict=True):
        by_value.setdefault(value, [0, 0])[works] += 1
    below, won, good = 0, 0.0, 0
    for _, (failing, working) in sorted(by_value.items()):
        won += working * (below + failing / 2)
        below += failing
        good += working
    return won / (good * below) if good and below else math.nan


def interval(examples: Sequence[Example], scored: Callable[[Example], float]) -> tuple[float, float]:
    """Where 95 of 100 areas are if the projects are drawn anew: examples of one project are alike."""
    random = Random(0)
    by_project: dict[str, list[tuple[float, bool]]] = {}
    for one in examples:
        by_project.setdefault(one.project, []).append((scored(one), one.works))
    names = sorted(by_project)
    areas = []
    for _ in range(300):
        drawn = [pair for name in random.choices(names, k=len(names)) for pair in by_project[name]]
        area = roc_auc([value for value, _ in drawn], [works for _, works in drawn])
        if not math.isnan(area):
            areas.append(area)
    areas.sort()
    return areas[len(areas) * 25 // 1000], areas[len(areas) * 975 // 1000 - 1]


@dataclass
class Bin:
    low: float
    high: float
    count: int
    mean: float
    share: float


def calibration(examples: Sequence[Example], scored: Callable[[Example], float]) -> list[Bin]:
    bins = []
    edges = [0, 0.1, 0.3, 0.5, 0.7, 0.9, 1]
    for low, high in zip(edges, edges[1:], strict=False):
        inside = [one for one in examples if low <= scored(one) < high or (high == 1 and scored(one) == 1)]
        if inside:
            bins.append(Bin(low, high, len(inside), mean(scored(one) for one in inside), mean(one.works for one in inside)))
    return bins


def brier(examples: Sequence[Example], scored: Callable[[Example], float]) -> float:
    return mean((scored(one) - one.works) ** 2 for one in examples)


def mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed)

"""A logistic model of whether a component works in a project, from how often each rule found something.

The weight of a rule is the one of its severity and a difference of its own, both held small (L2), so that a rule with few
examples stays near what its severity says. No weight is positive: one more finding never raises a score.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from random import Random

from compat.examples import Example

Severities = dict[str, str]  # by rule
Weights = dict[str, float]  # `intercept`, severities, rules

STRENGTHS = (0.0, 1.0, 1.5, 2.0)  # of no, one, two, three and more findings; engine/compat/score.cpp has the same
OF_SEVERITIES, OF_RULES = 0.5, 1.0  # how much large weights cost
STEPS, STEP = 3000, 0.5
DIGITS = 4


def strength(count: int) -> float:
    return STRENGTHS[min(count, len(STRENGTHS) - 1)]


def logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value)) if value >= 0 else math.exp(value) / (1 + math.exp(value))


def is_held_out(example: Example) -> bool:
    """Two of five generated projects, by name, and all public ones."""
    return example.kind == "public" or sha256(example.project.encode()).digest()[0] % 5 < 2


def fit(examples: Sequence[Example], severities: Severities) -> Weights:
    """The weights that suit the examples best, by gradient descent that is put back where no weight is positive."""
    codes = sorted({code for one in examples for code in one.counts})
    of_severity = dict.fromkeys(("error", "info", "warning"), 0.0)
    of_rule = dict.fromkeys(codes, 0.0)
    intercept = 0.0
    for _ in range(STEPS):
        slope = 0.0
        slopes = dict.fromkeys(codes, 0.0)
        for one in examples:
            logit = intercept + sum((of_severity[severities[c]] + of_rule[c]) * strength(n) for c, n in one.counts.items())
            wrong = logistic(logit) - one.works
            slope += wrong
            for code, count in one.counts.items():
                slopes[code] += wrong * strength(count)
        size = STEP / len(examples)
        intercept -= size * slope
        for severity in of_severity:
            total = sum(slopes[code] for code in codes if severities[code] == severity)
            of_severity[severity] = min(0.0, of_severity[severity] - size * (total + OF_SEVERITIES * of_severity[severity]))
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
    good = [value for value, works in zip(scores, labels, strict=True) if works]
    bad = [value for value, works in zip(scores, labels, strict=True) if not works]
    if not good or not bad:
        return math.nan
    return sum((a > b) + (a == b) / 2 for a in good for b in bad) / (len(good) * len(bad))


def interval(examples: Sequence[Example], scored: Callable[[Example], float]) -> tuple[float, float]:
    """Where 95 of 100 areas are if the projects are drawn anew: examples of one project are alike."""
    random = Random(0)
    by_project: dict[str, list[Example]] = {}
    for one in examples:
        by_project.setdefault(one.project, []).append(one)
    names = sorted(by_project)
    areas = []
    for _ in range(500):
        drawn = [one for name in random.choices(names, k=len(names)) for one in by_project[name]]
        area = roc_auc([scored(one) for one in drawn], [one.works for one in drawn])
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

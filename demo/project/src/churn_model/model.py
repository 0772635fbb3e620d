"""A logistic regression in plain Python."""

import json
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from churn_model.features import FEATURES, Customer


@dataclass(frozen=True)
class ChurnModel:
    weights: tuple[float, ...]
    bias: float

    @classmethod
    def fit(
        cls,
        customers: Sequence[Customer],
        left: Sequence[int],
        *,
        steps: int = 500,
        rate: float = 0.3,
    ) -> "ChurnModel":
        if not customers or len(customers) != len(left):
            raise ValueError("one answer for each customer is needed, and at least one customer")
        rows = [customer.features() for customer in customers]
        weights, bias = [0.0] * len(FEATURES), 0.0
        for _ in range(steps):
            errors = [
                _probability(weights, bias, row) - answer
                for row, answer in zip(rows, left, strict=True)
            ]
            for feature in range(len(weights)):
                slope = sum(error * row[feature] for error, row in zip(errors, rows, strict=True))
                weights[feature] -= rate * slope / len(rows)
            bias -= rate * sum(errors) / len(rows)
        return cls(weights=tuple(weights), bias=bias)

    def probability(self, customer: Customer) -> float:
        """How likely the customer is to leave, between 0 and 1."""
        return _probability(self.weights, self.bias, customer.features())

    def is_leaving(self, customer: Customer) -> bool:
        return self.probability(customer) >= float(os.environ.get("CHURN_THRESHOLD", "0.5"))

    def save(self, path: Path) -> None:
        path.write_text(json.dumps({"weights": self.weights, "bias": self.bias}), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "ChurnModel":
        values = json.loads(path.read_text(encoding="utf-8"))
        return cls(weights=tuple(values["weights"]), bias=values["bias"])


def _probability(weights: Sequence[float], bias: float, row: Sequence[float]) -> float:
    total = bias + sum(weight * value for weight, value in zip(weights, row, strict=True))
    return 1 / (1 + math.exp(-total))

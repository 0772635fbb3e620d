"""From a customer to the numbers that the model sees."""

import csv
from dataclasses import dataclass
from pathlib import Path

FEATURES = ("months", "tickets", "monthly_fee")


@dataclass(frozen=True)
class Customer:
    months: float
    """How long they have been with us."""
    tickets: float
    """How often they asked for help in the last quarter."""
    monthly_fee: float

    def features(self) -> list[float]:
        # Scaled to about one, so that no feature drowns the others.
        return [self.months / 24, self.tickets / 3, self.monthly_fee / 50]


def read_customers(path: Path) -> tuple[list[Customer], list[int]]:
    """The customers in a CSV file, and whether each of them left."""
    customers, left = [], []
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            customers.append(Customer(**{name: float(row[name]) for name in FEATURES}))
            left.append(int(row["left"]))
    return customers, left

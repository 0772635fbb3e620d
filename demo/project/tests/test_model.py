from pathlib import Path

import pytest

from churn_model import ChurnModel, Customer
from churn_model.features import read_customers

DATA = Path(__file__).parents[1] / "data" / "customers.csv"
NEW_AND_UNHAPPY = Customer(months=2, tickets=6, monthly_fee=69)
OLD_AND_QUIET = Customer(months=48, tickets=0, monthly_fee=39)


@pytest.fixture(scope="module")
def model() -> ChurnModel:
    return ChurnModel.fit(*read_customers(DATA))


def test_tells_who_leaves(model: ChurnModel) -> None:
    assert model.probability(NEW_AND_UNHAPPY) > 0.9
    assert model.probability(OLD_AND_QUIET) < 0.1


def test_classifies_what_it_was_trained_on(model: ChurnModel) -> None:
    customers, left = read_customers(DATA)
    assert [int(model.is_leaving(customer)) for customer in customers] == left


def test_threshold_comes_from_the_environment(
    model: ChurnModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHURN_THRESHOLD", "1.01")
    assert not model.is_leaving(NEW_AND_UNHAPPY)


def test_survives_being_saved(model: ChurnModel, tmp_path: Path) -> None:
    model.save(tmp_path / "model.json")
    assert ChurnModel.load(tmp_path / "model.json") == model


def test_refuses_to_learn_from_nothing() -> None:
    with pytest.raises(ValueError, match="at least one customer"):
        ChurnModel.fit([], [])

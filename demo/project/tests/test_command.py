from pathlib import Path

from click.testing import CliRunner

from churn_model.command import main

DATA = Path(__file__).parents[1] / "data" / "customers.csv"


def test_trains_and_scores(tmp_path: Path) -> None:
    model = str(tmp_path / "model.json")
    trained = CliRunner().invoke(main, ["train", str(DATA), "--output", model])
    assert trained.output == f"trained on 16 customers: {model}\n"
    customer = ["--months", "2", "--tickets", "6", "--monthly-fee", "69"]
    scored = CliRunner().invoke(main, ["score", model, *customer])
    assert scored.exit_code == 0
    assert scored.output.endswith("is leaving\n")

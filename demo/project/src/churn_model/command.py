"""Train and ask the model from a terminal."""

from pathlib import Path

import click

from churn_model.features import Customer, read_customers
from churn_model.model import ChurnModel


@click.group()
def main() -> None:
    """Which customers are about to leave."""


@main.command()
@click.argument("data", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), default="model.json")
def train(data: Path, output: Path) -> None:
    """Fit a model to the customers in DATA."""
    customers, left = read_customers(data)
    ChurnModel.fit(customers, left).save(output)
    click.echo(f"trained on {len(customers)} customers: {output}")


@main.command()
@click.argument("model", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--months", type=float, required=True)
@click.option("--tickets", type=float, required=True)
@click.option("--monthly-fee", type=float, required=True)
def score(model: Path, months: float, tickets: float, monthly_fee: float) -> None:
    """How likely one customer is to leave."""
    customer = Customer(months=months, tickets=tickets, monthly_fee=monthly_fee)
    churn = ChurnModel.load(model)
    verdict = "is leaving" if churn.is_leaving(customer) else "stays"
    click.echo(f"{churn.probability(customer):.2f} {verdict}")

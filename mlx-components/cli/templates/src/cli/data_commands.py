"""``data``: whether a table is as it should be, and what is in it."""

from pathlib import Path
from typing import Annotated

import typer

from src.cli.errors import told
from src.cli.output import AsJson, print_json, print_table

app = typer.Typer(help="Check and describe tables.", no_args_is_help=True)

Table = Annotated[Path, typer.Argument(help="A file: .csv, .jsonl, .ndjson or .parquet.")]


@app.command()
def validate(
    table: Table,
    schema: Annotated[Path, typer.Option(help="A YAML file that describes the columns.")],
    limit: Annotated[int, typer.Option(min=1, help="How many problems are shown.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Check a table against a schema. Exits with 1 when there are problems."""
    from src.config import load_section
    from src.data import DataError, DataSettings, load_schema, load_validated

    with told(DataError):
        settings = load_section("data", DataSettings)
        report = load_validated(table, load_schema(schema), settings)
    problems = report.problems
    if as_json:
        shown = [{"row": p.row, "column": p.column, "message": p.message} for p in problems[:limit]]
        print_json({"rows": len(report.table), "problems": len(problems), "shown": shown})
    else:
        for problem in problems[:limit]:
            typer.echo(str(problem))
        if len(problems) > limit:
            typer.echo(f"and {len(problems) - limit} more")
        typer.echo(f"{table}: {len(report.table)} rows, {len(problems)} problems")
    if problems:
        raise typer.Exit(1)


@app.command()
def describe(table: Table, as_json: AsJson = False) -> None:
    """Describe the columns of a table."""
    from src.config import load_section
    from src.data import DataError, DataSettings, load_table
    from src.data import describe as describe_table

    with told(DataError):
        loaded = load_table(table, load_section("data", DataSettings))
    columns = describe_table(loaded)
    if as_json:
        print_json(columns)
        return
    print_table(
        ("column", "type", "rows", "missing", "distinct", "minimum", "maximum", "mean"),
        [
            (c.name, c.type, c.rows, c.missing, c.distinct, c.minimum, c.maximum, c.mean)
            for c in columns
        ],
    )

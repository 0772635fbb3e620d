"""``models``: what the registry holds, and which version is in use."""

from typing import Annotated

import typer

from src.cli.errors import told
from src.cli.output import AsJson, print_json, print_table

app = typer.Typer(help="Look after models.", no_args_is_help=True)


@app.command("list")
def list_models(as_json: AsJson = False) -> None:
    """List all models, with the version in use."""
    from src.config import load_section
    from src.models import ModelError, ModelSettings, build_store

    rows = []
    with told(ModelError):
        settings = load_section("models", ModelSettings)
        store = build_store(settings)
        for name in store.names():
            versions = store.versions(name)
            used = [v.version for v in versions if settings.default_alias in v.aliases]
            newest = versions[0].version if versions else None
            rows.append((name, newest, used[0] if used else None))
    heads = ("model", "newest", settings.default_alias)
    if as_json:
        print_json([dict(zip(("model", "newest", "in_use"), row, strict=True)) for row in rows])
    else:
        print_table(heads, rows)


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="A model.")],
    as_json: AsJson = False,
) -> None:
    """Show the versions of a model, the newest first, and their metrics."""
    from src.models import ModelError, build_store

    with told(ModelError):
        store = build_store()
        versions = store.versions(name)
        metrics = [dict(store.metrics(version)) for version in versions]
    if as_json:
        print_json(
            [
                {
                    "version": version.version,
                    "aliases": version.aliases,
                    "created_at": version.created_at.isoformat(),
                    "metrics": measured,
                    "tags": version.tags,
                }
                for version, measured in zip(versions, metrics, strict=True)
            ]
        )
        return
    names = sorted({metric for measured in metrics for metric in measured})
    rows = [
        (
            version.version,
            f"{version.created_at:%Y-%m-%d %H:%M}",
            ", ".join(version.aliases),
            *(measured.get(metric) for metric in names),
        )
        for version, measured in zip(versions, metrics, strict=True)
    ]
    print_table(("version", "created", "aliases", *names), rows)


@app.command()
def promote(
    reference: Annotated[str, typer.Argument(help="A version, as NAME/VERSION.")],
    alias: Annotated[
        str | None, typer.Option(help="The alias that it gets, if not the configured one.")
    ] = None,
    metric: Annotated[str | None, typer.Option(help="Only if it is better by this metric.")] = None,
    lower_is_better: Annotated[
        bool, typer.Option("--lower-is-better", help="The metric is a loss.")
    ] = False,
    minimum_gain: Annotated[float, typer.Option(min=0, help="How much better it must be.")] = 0.0,
) -> None:
    """Put a version to use."""
    from src.config import load_section
    from src.models import ModelError, ModelReference, ModelSettings, build_store
    from src.models import promote as promote_version

    with told(ModelError, ValueError):
        version = ModelReference.parse(reference)
        if version.version is None:
            raise ValueError(f"{reference} is no version; write NAME/VERSION")
        settings = load_section("models", ModelSettings)
        promotion = promote_version(
            build_store(settings),
            version.name,
            version.version,
            alias or settings.default_alias,
            metric=metric,
            lower_is_better=lower_is_better,
            minimum_gain=minimum_gain,
        )
    before = f", before it {promotion.previous}" if promotion.previous is not None else ""
    typer.echo(f"{promotion.name}@{promotion.alias} is version {promotion.version}{before}")

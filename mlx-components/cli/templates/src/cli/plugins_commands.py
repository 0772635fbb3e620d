"""``plugins``: what is found."""

from typing import Annotated

import typer

from src.cli.errors import told
from src.cli.output import AsJson, print_json, print_table

app = typer.Typer(help="Look at plugins.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Makes `list` a command of its own, although it is the only one."""


@app.command("list")
def list_plugins(
    kind: Annotated[str | None, typer.Option(help="Only plugins of this kind.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the plugins that the configuration leads to. None is set up."""
    from src.plugins import PluginError, build_registry

    with told(PluginError):
        specs = build_registry(None).specs(kind)
    rows = [
        (
            spec.key.kind,
            spec.key.name,
            str(spec.version),
            ", ".join(str(key) for key in spec.requires),
            spec.source,
        )
        for spec in specs
    ]
    heads = ("kind", "name", "version", "requires", "source")
    if as_json:
        print_json([dict(zip(heads, row, strict=True)) for row in rows])
    else:
        print_table(heads, rows)

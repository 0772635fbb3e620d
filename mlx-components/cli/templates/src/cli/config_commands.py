"""``config``: what the configuration says, and why."""

import json
from typing import Annotated

import typer

from src.cli.errors import told
from src.cli.output import AsJson, print_json
from src.config import ConfigEntry, load_configuration
from src.utils import REDACTED, is_secret_name, redact

app = typer.Typer(help="Look at the configuration.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Makes `show` a command of its own, although it is the only one."""


@app.command()
def show(
    section: Annotated[str, typer.Argument(help="A section, such as `api`; none: all.")] = "",
    environment: Annotated[
        str | None, typer.Option(help="A file in conf/environment/, if not that of APP_ENV.")
    ] = None,
    override: Annotated[
        list[str] | None, typer.Option(help="As for Hydra: `api.port=9000`. May be repeated.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show every value and where it was set. Secrets are hidden."""
    with told():
        configuration = load_configuration(override or (), environment=environment)
        entries = [
            entry
            for entry in configuration.entries()
            if not section or f"{entry.key}.".startswith(f"{section}.")
        ]
    if not entries:
        typer.echo(f"there is no section {section}", err=True)
        raise typer.Exit(1)
    if as_json:
        print_json([{"key": e.key, "value": _shown(e), "where": e.where} for e in entries])
        return
    for entry in entries:
        places = ", ".join([*([entry.where] if entry.where else []), *entry.variables])
        value = json.dumps(_shown(entry), ensure_ascii=False, default=str)
        typer.echo(f"{entry.key} = {value}" + (f"  ({places})" if places else ""))


def _shown(entry: ConfigEntry) -> object:
    names = [*entry.key.split("."), *entry.variables]
    if entry.value is not None and any(is_secret_name(name) for name in names):
        return REDACTED
    return redact(entry.value)

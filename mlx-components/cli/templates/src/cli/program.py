"""All commands, and what they have in common."""

from typing import Annotated

import typer

from src.cli import config_commands, data_commands, models_commands, plugins_commands
from src.cli.errors import told

app = typer.Typer(
    help="Serve the platform, and look after its configuration, models, data and plugins.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(config_commands.app, name="config")
app.add_typer(models_commands.app, name="models")
app.add_typer(data_commands.app, name="data")
app.add_typer(plugins_commands.app, name="plugins")


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address, if not the configured one.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port, if not the configured one.")
    ] = None,
    reload: Annotated[
        bool, typer.Option("--reload", help="Start anew when a source file changes.")
    ] = False,
) -> None:
    """Serve the API."""
    # Each command imports what it needs: `--help` need not wait for servers and tables.
    from src.api.server import serve as serve_api

    with told():
        serve_api(host=host, port=port, reload=reload)

"""``clinicflow migrate``: bring the database to the newest schema."""

from typing import Annotated

import typer

from clinicflow.errors import ClinicflowError
from clinicflow.settings import Settings
from clinicflow.store.migrate import migrate as run_migrations
from clinicflow.store.opening import owner_dsn

app = typer.Typer(no_args_is_help=True)


@app.command("migrate")
def migrate(
    dsn: Annotated[
        str | None,
        typer.Option(envvar="CLINICFLOW_DSN_OWNER", help="Address as the owner; else of the running system."),
    ] = None,
) -> None:
    """Bring the database to the newest schema and say which steps were applied."""
    try:
        applied = run_migrations(dsn or owner_dsn(Settings()))
    except ClinicflowError as failure:
        typer.echo(str(failure), err=True)
        raise typer.Exit(1) from failure
    for step in applied:
        typer.echo(f"applied {step}")
    if not applied:
        typer.echo("nothing to apply: the schema is the newest")

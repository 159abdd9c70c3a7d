"""The settings by command: the table that docs/operations.md shows."""

import click
from flask.cli import AppGroup

from config import Config

settings = AppGroup("settings", help="The settings of this installation.")


@settings.command("table")
def table_command() -> None:
    """Print every setting with its default, as the table of docs/operations.md."""
    click.echo(markdown_table())


def markdown_table() -> str:
    """Every setting as a row: variable, default, what it does."""
    rows = [
        f"| `{name}` | {f'`{default}`' if default else ''} | {doc} |" for name, default, doc in Config.table()
    ]
    return "\n".join(["| variable | default | what it does |", "|---|---|---|", *rows])

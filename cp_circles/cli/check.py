"""One command that looks for what has come apart: evidence files without rows, rows without files."""

import click
from flask import current_app
from flask.cli import with_appcontext

from cp_circles.files import queries
from cp_circles.files.storage import LocalStorage


@click.command("check")
@click.option("--deep", is_flag=True, help="Also read every file and compare its hash.")
@with_appcontext
def check(deep: bool) -> None:
    """Look for evidence files that do not match the database; fails if any is missing or damaged."""
    storage = LocalStorage(current_app.extensions["cp_config"].evidence_folder)
    with current_app.extensions["cp_sessions"].reading() as session:
        orphans = queries.orphans(session, storage)
        damaged = queries.damaged(session, storage) if deep else []
    for name in orphans.without_row:
        click.echo(f"no row: {name}")
    for name in orphans.without_content:
        click.echo(f"no file: {name}")
    for name in damaged:
        click.echo(f"damaged: {name}")
    if orphans.without_content or damaged:
        raise click.ClickException(f"{len(orphans.without_content)} missing, {len(damaged)} damaged")
    click.echo(f"evidence: complete; {len(orphans.without_row)} files without a row")

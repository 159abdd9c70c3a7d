"""Regions and industries by command: loaded from the shipped packs, and again when a pack has changed."""

from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from cp_circles.organisations.services import load_industries, load_regions
from cp_circles.rulesets.loader import shipped
from cp_circles.rulesets.schema import Industries

organisations = AppGroup("organisations", help="Regions and industries.")


@organisations.command("load")
@click.option(
    "--regions", "wanted", multiple=True, default=("china",), show_default=True, help="Region packs."
)
def load_command(wanted: tuple[str, ...]) -> None:
    """Load the region trees and the industries; what is there already stays as it is."""
    now = current_app.extensions["cp_clock"].now()
    with current_app.extensions["cp_sessions"].writing() as session, session.begin():
        for key in wanted:
            changed = load_regions(session, newest("regions", key), now)
            click.echo(f"regions {key}: {changed} rows changed")
        changed = sum(
            int(load_industries(session, each.pack, now))
            for each in shipped()
            if isinstance(each.pack, Industries)
        )
        click.echo(f"industries: {changed} rows changed")


def newest(kind: str, key: str) -> Any:
    """The newest shipped pack of a kind and key; a click error names the known keys."""
    found = [each.pack for each in shipped() if (each.kind, each.key) == (kind, key)]
    if not found:
        known = ", ".join(sorted({each.key for each in shipped() if each.kind == kind}))
        raise click.ClickException(f"there is no {kind} pack {key}; known are {known}")
    return found[-1]

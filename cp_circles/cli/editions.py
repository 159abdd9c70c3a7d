"""Rulesets by command: store the shipped editions that a database does not hold yet."""

import click
from flask import current_app
from flask.cli import AppGroup

from cp_circles.editions.services import load_shipped

editions = AppGroup("editions", help="Rulesets and their editions.")


@editions.command("load")
def load_command() -> None:
    """Store every shipped edition that is not stored yet; stored ones never change."""
    now = current_app.extensions["cp_clock"].now()
    with current_app.extensions["cp_sessions"].writing() as session, session.begin():
        click.echo(f"editions: {load_shipped(session, now=now)} new")

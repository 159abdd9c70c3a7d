"""Commands about claims: judging those that came without readings."""

import click
from flask import current_app
from flask.cli import with_appcontext

from cp_circles.savings.recomputing import judge_imported


@click.group("claims")
def claims() -> None:
    """Claims of savings."""


@claims.command("judge")
@with_appcontext
def judge() -> None:
    """Judge imported claims on quantity, unit, money, cost and status, and print the counts by verdict."""
    with current_app.extensions["cp_sessions"].reading() as session:
        counts = judge_imported(session)
    for verdict, count in counts.items():
        click.echo(f"{verdict}: {count}")
    click.echo(f"all: {sum(counts.values())}; measured: 0, for none has readings")

"""Data for measuring by command: a made-up nation of any size."""

import time

import click
from flask import current_app
from flask.cli import AppGroup

from cp_circles.demo.nation import NotEmpty, make_nation

bench = AppGroup("bench", help="Data for measuring.")


@bench.command("make-nation")
@click.option("--projects", type=click.IntRange(100, 1_000_000), required=True, help="How many projects.")
@click.option("--seed", type=int, default=2026, show_default=True, help="Another seed, another nation.")
def make_nation_command(projects: int, seed: int) -> None:
    """Fill an empty database with a made-up nation, or replace the one made before."""
    clock = current_app.extensions["cp_clock"]
    began = time.monotonic()
    with current_app.extensions["cp_sessions"].writing() as session, session.begin():
        try:
            rows = make_nation(session, projects=projects, seed=seed, now=clock.now())
        except NotEmpty as refusal:
            raise click.ClickException(str(refusal)) from refusal
    click.echo(f"nation: {projects} projects, {rows} ledger rows in {time.monotonic() - began:.0f} s")

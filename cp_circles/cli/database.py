"""The schema by command: bring it up, take it down, compare it with the models, write a migration."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from flask.cli import AppGroup

from cp_circles.db.engine import make_engine
from cp_circles.db.registry import load_models
from cp_circles.db.triples import rebuild_triples, triples_unkept
from cp_circles.ledger.rebuilding import rebuild_totals
from cp_circles.ledger.totals import is_unkept

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
database = AppGroup("database", help="The schema of the database.")


def alembic_config(url: str) -> Config:
    """Alembic's settings for one database; no file of settings is read."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["url"] = url
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the schema up to a revision."""
    command.upgrade(alembic_config(url), revision)


def downgrade(url: str, revision: str = "base") -> None:
    """Take the schema down to a revision."""
    command.downgrade(alembic_config(url), revision)


def differences(url: str) -> list[Any]:
    """What separates the database from the models; empty when they agree."""
    engine = make_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, load_models())
    engine.dispose()
    return found


def is_current(url: str) -> bool:
    """Whether the database stands at the newest revision."""
    head = ScriptDirectory.from_config(alembic_config(url)).get_current_head()
    engine = make_engine(url)
    with engine.connect() as connection:
        stored = MigrationContext.configure(connection).get_current_revision()
    engine.dispose()
    return stored == head


def write_migration(url: str, message: str, now: datetime) -> None:
    """Write `YYYYMMDD_HHMM_verb_noun` from what separates the database at `url` from the models."""
    command.revision(alembic_config(url), message, autogenerate=True, rev_id=f"{now:%Y%m%d_%H%M}")


def _url() -> str:
    return str(current_app.extensions["cp_config"].sqlalchemy_url)


@database.command("upgrade")
@click.argument("revision", default="head")
def upgrade_command(revision: str) -> None:
    """Bring the schema up (to the newest revision)."""
    upgrade(_url(), revision)
    if revision == "head":
        keep_boards()
        keep_searches()
    click.echo("database: at the newest revision" if revision == "head" else f"database: at {revision}")


def keep_boards() -> None:
    """Compute what boards keep ready where a database was filled before they did."""
    with current_app.extensions["cp_sessions"].writing() as session, session.begin():
        if is_unkept(session):
            rebuild_totals(session)


def keep_searches() -> None:
    """Keep what searches ask where a database was filled before it was kept."""
    with current_app.extensions["cp_sessions"].writing() as session, session.begin():
        if triples_unkept(session):
            rebuild_triples(session)


@database.command("rebuild-search")
def rebuild_search_command() -> None:
    """Write anew what searches ask before they read names."""
    with current_app.extensions["cp_sessions"].writing() as session, session.begin():
        kept = rebuild_triples(session)
    click.echo(f"database: {kept} triples of characters kept for searches")


@database.command("downgrade")
@click.argument("revision")
def downgrade_command(revision: str) -> None:
    """Take the schema down to a revision."""
    downgrade(_url(), revision)


@database.command("check")
def check_command() -> None:
    """Say whether the database is at the newest revision and agrees with the models."""
    url = _url()
    if not is_current(url):
        raise click.ClickException("the database is behind: run 'flask database upgrade'")
    found = differences(url)
    if found:
        raise click.ClickException("\n".join(["the database differs from the models:", *map(str, found)]))
    click.echo("database: agrees with the models")


@database.command("revise")
@click.argument("message")
def revise_command(message: str) -> None:
    """Write a migration from the models; the message is 'verb noun'."""
    write_migration(_url(), message, datetime.now(UTC))

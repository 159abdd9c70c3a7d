"""Imports by command: a database of its own made ready, a file checked and stored, with the speed shown."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import AppGroup

from cp_circles.cli.database import upgrade
from cp_circles.cli.organisations import newest
from cp_circles.editions.services import load_shipped
from cp_circles.errors import DomainError
from cp_circles.imports import running
from cp_circles.imports.findings import Finding
from cp_circles.imports.mappings import has_demonstration, newest_mapping
from cp_circles.imports.storing import SKIP, UPDATE
from cp_circles.organisations.models import Region
from cp_circles.organisations.services import load_regions
from cp_circles.people.rules import SYSTEM

imports = AppGroup("import", help="Projects and claims from foreign files.")
MOST_PRINTED = 50


@imports.command("prepare")
@click.option("--regions", required=True, help="Region pack of the database, for example us.")
def prepare_command(regions: str) -> None:
    """Make this database ready for an import with a tree of regions of its own (DATABASE_URL names it)."""
    extensions = current_app.extensions
    pack, now = newest("regions", regions), extensions["cp_clock"].now()
    upgrade(str(extensions["cp_config"].sqlalchemy_url))
    with extensions["cp_sessions"].writing() as session, session.begin():
        held = set(session.scalars(sa.select(Region.pack).distinct())) - {regions}
        if held or has_demonstration(session):
            found = ", ".join(sorted(held)) or "the demonstration"
            raise click.ClickException(f"this database holds {found}; set DATABASE_URL to a new one")
        load_shipped(session, now=now)
        changed = load_regions(session, pack, now)
    click.echo(f"import: the database is ready; regions {regions}: {changed} rows changed")


@imports.command("projects")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--mapping", required=True, help="Key of the mapping pack.")
@click.option(
    "--changed",
    type=click.Choice([SKIP, UPDATE]),
    default=SKIP,
    show_default=True,
    help="What happens to projects whose row differs from what was imported before.",
)
@click.option("--good-rows-only", is_flag=True, help="Store the good rows even if others are refused.")
@click.option("--check-only", is_flag=True, help="Report, and store nothing.")
def projects_command(file: Path, mapping: str, changed: str, good_rows_only: bool, check_only: bool) -> None:
    """Import projects and claims from FILE (CSV, gzipped CSV or Excel)."""
    try:
        _import(file, mapping, changed, good_rows_only, check_only)
    except DomainError as refusal:
        raise click.ClickException(str(refusal)) from refusal


def _import(file: Path, key: str, changed: str, good_rows_only: bool, check_only: bool) -> None:
    sessions, now = current_app.extensions["cp_sessions"], current_app.extensions["cp_clock"].now()
    content = file.read_bytes()
    with sessions.reading() as look:
        edition, mapping = newest_mapping(look, key)
        with _shown("checked") as progress:
            checked = running.check_file(
                look, actor=SYSTEM, mapping=mapping, name=file.name, content=content, progress=progress
            )
    order = running.Order(file.name, running.sha256_of(content), edition.id, changed, good_rows_only)
    if check_only:
        _print(running.report_of(mapping, order, checked, None))
        return
    with _shown("stored") as progress, sessions.writing() as session, session.begin():
        report = running.finish_import(
            session,
            actor=SYSTEM,
            job=running.note_job(session, order=order, now=now),
            mapping=mapping,
            order=order,
            checked=checked,
            now=now,
            progress=progress,
        )
    _print(report)
    if not report["stored"]:
        raise click.ClickException(
            "nothing was stored: rows were refused; correct them or use --good-rows-only"
        )


class _shown:
    """Writes progress and rows per second to the error stream, over one line of a terminal."""

    def __init__(self, word: str) -> None:
        self.word, self.done = word, 0

    def __enter__(self) -> Callable[[int, int], None]:
        self.start = time.monotonic()
        return self.note

    def note(self, done: int, total: int) -> None:
        """Say how far it has come."""
        self.done = done
        speed = done / max(time.monotonic() - self.start, 0.001)
        if sys.stderr.isatty():
            click.echo(f"\r{self.word} {done:,} of {total:,} rows, {speed:,.0f} rows/s", nl=False, err=True)

    def __exit__(self, *fault: Any) -> None:
        seconds = time.monotonic() - self.start
        if fault[0] is None:
            speed = self.done / max(seconds, 0.001)
            line = f"{self.word} {self.done:,} rows in {seconds:.1f} s ({speed:,.0f} rows/s)"
            click.echo(("\r" if sys.stderr.isatty() else "") + line, err=True)


def _print(report: dict[str, Any]) -> None:
    """The report in words: counts, reasons, and the first findings of each kind."""
    click.echo(" · ".join(f"{name} {number:,}" for name, number in report["counts"].items()))
    click.echo(f"claimed money of the good rows: {report['money']} {report['currency']}")
    for kind in ("problems", "changed", "remarks"):
        part = report[kind]
        if part["count"]:
            click.echo(f"{kind}: {part['count']:,}")
        for *stored, count in part["reasons"]:
            finding = Finding.from_json(stored)
            click.echo(f"  {count:>7,}  {finding.column or '–'}: {_reason(finding)}")
        for stored in part["rows"][:MOST_PRINTED] if kind != "remarks" else ():
            finding = Finding.from_json(stored)
            sheet = f"{finding.sheet} " if finding.sheet else ""
            click.echo(f"  {sheet}row {finding.row}, {finding.column or '–'}: {_reason(finding)}")


def _reason(finding: Finding) -> str:
    if finding.names:
        return finding.names["en"]
    return finding.msgid % finding.values if finding.values else finding.msgid

"""The audit of a round by command: everything an outsider needs to check it."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from cp_circles.errors import DomainError
from cp_circles.judging.queries.rounds import round_by_id
from cp_circles.trust.export import audit_files, write_audit

audit = AppGroup("audit", help="Audits of judging rounds for outsiders.")


@audit.command("export")
@click.option("--round", "round_id", type=int, required=True, help="The id of the round.")
@click.argument("path", type=click.Path(path_type=Path))
def export_command(round_id: int, path: Path) -> None:
    """Write the audit of a round into a folder, or into a file if PATH ends in .zip."""
    now = current_app.extensions["cp_clock"].now()
    with current_app.extensions["cp_sessions"].reading() as session:
        try:
            files = audit_files(session, round_by_id(session, round_id), now=now)
        except DomainError as refusal:
            raise click.ClickException(refusal.msgid) from refusal
        write_audit(files, path)
    click.echo(f"audit: {len(files)} files in {path}")

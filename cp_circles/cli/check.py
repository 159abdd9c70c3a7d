"""One command that looks for what has come apart: evidence, boards, and the chains of events."""

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from cp_circles.db.models import Event
from cp_circles.db.triples import triples_missing
from cp_circles.files import queries as files
from cp_circles.files.storage import LocalStorage
from cp_circles.judging.chain import verify_chain
from cp_circles.ledger.checking import total_disagreements
from cp_circles.ledger.living import living_disagreements
from cp_circles.ledger.queries import ledger_disagreements
from cp_circles.savings.guarding import violations
from cp_circles.savings.recomputing import recompute_claims
from cp_circles.savings.signing_texts import texts_apart
from cp_circles.standings.services.fairness import severity_disagreements
from cp_circles.trust.holding import heads_apart, heads_missing, sheets_apart
from cp_circles.trust.outcomes import certificates_apart, outcomes_apart


@click.command("check")
@click.option("--deep", is_flag=True, help="Also read every file and compare its hash.")
@with_appcontext
def check(deep: bool) -> None:
    """Check evidence files against the database, boards, claims and every chain of events."""
    storage = LocalStorage(current_app.extensions["cp_config"].evidence_folder)
    with current_app.extensions["cp_sessions"].reading() as session:
        broken = check_evidence(session, storage, deep) + check_boards(session) + check_chains(session)
        broken += check_claims(session) + check_signatures(session) + check_counted_once(session)
        broken += check_severity(session) + check_heads(session) + check_sheets(session)
        broken += check_outcomes(session) + check_searches(session)
    if broken:
        raise click.ClickException(f"{broken} things do not fit together")


def check_evidence(session: Session, storage: LocalStorage, deep: bool) -> int:
    """Files without a row are named; rows without a file and damaged files are counted."""
    orphans = files.orphans(session, storage)
    damaged = files.damaged(session, storage) if deep else []
    for name in orphans.without_row:
        click.echo(f"no row: {name}")
    for name in orphans.without_content:
        click.echo(f"no file: {name}")
    for name in damaged:
        click.echo(f"damaged: {name}")
    broken = len(orphans.without_content) + len(damaged)
    if not broken:
        click.echo(f"evidence: complete; {len(orphans.without_row)} files without a row")
    return broken


def check_boards(session: Session) -> int:
    """How many roll-ups, and totals that boards keep ready, differ from the ledger rows they stand for."""
    differences = [*ledger_disagreements(session), *total_disagreements(session)]
    for row in differences:
        click.echo(f"board {row.key}: holds {row.stored}, the ledger says {row.computed}")
    if not differences:
        click.echo("boards: equal to the ledger")
    return len(differences)


def check_claims(session: Session) -> int:
    """How many numbers of claims do not compute to the same from their frozen inputs."""
    found = recompute_claims(session)
    for row in found.differences:
        click.echo(f"claim {row.claim_id}: {row.name} is frozen as {row.frozen}, computes to {row.computed}")
    versions = ", ".join(f"{count} by {version}" for version, count in found.by_version.items())
    if not found.differences:
        click.echo(f"claims: {found.checked} compute to their numbers ({versions or 'none yet'})")
    return len(found.differences)


def check_signatures(session: Session) -> int:
    """How many signatures do not hold what was signed: their text, the claim, the evidence of its money."""
    checked, apart = texts_apart(session)
    for row in apart:
        click.echo(f"signature {row.signature_id}: {row.what}")
    if not apart:
        click.echo(f"signatures: {checked} hold the text that was signed")
    return len(apart)


def check_counted_once(session: Session) -> int:
    """How many groups of verified savings count something twice, and living totals that do not add up."""
    twice = violations(session)
    for company_id, kind, savings in twice:
        numbers = ", ".join(str(id_) for id_ in savings)
        click.echo(f"counted twice ({kind}): company {company_id}, savings {numbers}")
    living = living_disagreements(session)
    for key, stored, computed in living:
        click.echo(f"living {key}: holds {stored}, its rows say {computed}")
    if not twice and not living:
        click.echo("savings: nothing verified counts twice; living totals equal to their rows")
    return len(twice) + len(living)


def check_chains(session: Session) -> int:
    """How many chains of events are broken."""
    chains = session.scalars(sa.select(Event.chain).where(Event.chain.is_not(None)).distinct()).all()
    reports = [verify_chain(session, str(chain)) for chain in chains]
    broken = [report for report in reports if report.broken_at is not None]
    for report in broken:
        click.echo(f"chain {report.chain}: broken at event {report.broken_at}")
    if not broken:
        click.echo(f"chains: {len(reports)} intact")
    return len(broken)


def check_heads(session: Session) -> int:
    """How many published heads are not those of the links that they name."""
    found, missing = list(heads_apart(session)), list(heads_missing(session))
    for name, position in found:
        click.echo(f"head {name}: link {position} carries another hash than was published")
    for name in missing:
        click.echo(f"head {name}: none was published after the last act that publishes one")
    if not found and not missing:
        click.echo("heads: every published head is that of its link")
    return len(found) + len(missing)


def check_outcomes(session: Session) -> int:
    """How many rounds, lists, lines and certificates are not as the chains and events say."""
    found, printed = list(outcomes_apart(session)), list(certificates_apart(session))
    for round_id, what in found:
        click.echo(f"round {round_id}: {what}")
    for number, what in printed:
        click.echo(f"certificate {number}: {what}")
    if not found and not printed:
        click.echo("lists: every line, list and certificate is as its chain says")
    return len(found) + len(printed)


def check_sheets(session: Session) -> int:
    """How many handed-in score sheets no longer carry the points that were hashed."""
    found = list(sheets_apart(session))
    for sheet_id in found:
        click.echo(f"score sheet {sheet_id}: its points are not those of its hash and its link")
    if not found:
        click.echo("sheets: every handed-in sheet equals its hash and its link")
    return len(found)


def check_severity(session: Session) -> int:
    """How many standings keep other figures of their judges' severity than come out of their scores."""
    found = list(severity_disagreements(session))
    for round_, what in found:
        click.echo(f"round {round_.id}: {what}")
    if not found:
        click.echo("standings: corrected scores equal to what was hashed and to what comes out again")
    return len(found)


def check_searches(session: Session) -> int:
    """How many rows a search could miss, since not all that it asks is kept."""
    found = list(triples_missing(session))
    for table, row_id in found:
        click.echo(f"search: {table} {row_id} could be missed; run 'flask database rebuild-search'")
    if not found:
        click.echo("searches: every name and number can be found")
    return len(found)

"""Two rows of one company become one: everything live moves, region totals and frozen lists stay."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.circles.dates import SHANGHAI, local_date
from cp_circles.db.engine import take_turns
from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, msg
from cp_circles.ledger.moving import move_company
from cp_circles.organisations.models import Company, Disclosure
from cp_circles.organisations.rules import can_register_company, can_see_company
from cp_circles.people.rules import Actor
from cp_circles.savings.guarding import violations
from cp_circles.workforce.services.company_rows import move_rows
from cp_circles.workforce.union_queries import Union, union_of


@dataclass(frozen=True)
class Chosen:
    """Where the two differ: the region in which the company sits, and what public pages may name of it."""

    region_id: int | None = None
    disclosure: Disclosure | None = None


def merge_companies(
    session: Session,
    *,
    actor: Actor,
    kept: Company,
    doubled: Company,
    chosen: Chosen,
    reason: str,
    zone: tzinfo = SHANGHAI,
    now: datetime,
) -> Company:
    """Make two rows of one company one: `doubled` becomes an alias that leads to `kept`.

    Everything live moves. Amounts keep season and region, history and signed texts keep the row that was
    there. DomainError with what is in the way; Invalid where the two differ and nothing is chosen.
    """
    _require_may(actor, kept, doubled)
    if kept.id == doubled.id:
        raise Invalid(msg("Choose the other row of this company."), field="doubled")
    if not reason.strip():
        raise Invalid(msg("Please give the reason; the people concerned will read it."), field="reason")
    for row in sorted((kept, doubled), key=lambda company: company.id):
        take_turns(session, f"company:{row.id}")
        session.refresh(row)
    union = union_of(session, kept=kept, doubled=doubled, now=now)
    if union.obstacles:
        text, values = union.obstacles[0]
        raise DomainError(text, **values)
    region_id, disclosure = _choice(union, kept, doubled, chosen)
    before = set(violations(session))
    kept_id, doubled_id = kept.id, doubled.id
    move_rows(session, kept=kept_id, doubled=doubled, today=local_date(now, zone), now=now)
    move_company(session, before=doubled_id, after=kept_id)
    _become_one(session, kept, doubled, region_id, disclosure)
    if {row[1:] for row in violations(session)} - {row[1:] for row in before}:
        text = msg(
            "Merged, a saving would count twice. Settle the overlap or have one claim withdrawn first."
        )
        raise DomainError(text)
    _record(session, actor, kept, doubled, union, reason.strip(), now)
    return kept


def _require_may(actor: Actor, kept: Company, doubled: Company) -> None:
    if not can_see_company(actor, kept) or not can_see_company(actor, doubled):
        raise NotFound
    if not all(can_register_company(actor, row.region) for row in (kept, doubled)):
        text = msg("Companies are merged by an official of both their regions or an administrator.")
        raise NotAllowed(text)


def _choice(union: Union, kept: Company, doubled: Company, chosen: Chosen) -> tuple[int, Disclosure]:
    region_id, disclosure = kept.region_id, kept.disclosure
    if union.regions_differ:
        if chosen.region_id not in {kept.region_id, doubled.region_id}:
            raise Invalid(msg("The regions differ; choose where the company sits."), field="region")
        region_id = chosen.region_id or region_id
    if union.publicity_differs:
        if chosen.disclosure is None:
            text = msg("Public pages may name more of one than of the other; choose what holds from now on.")
            raise Invalid(text, field="disclosure")
        disclosure = chosen.disclosure
    return region_id, disclosure


def _become_one(
    session: Session, kept: Company, doubled: Company, region_id: int, disclosure: Disclosure
) -> None:
    """The alias keeps its codes and its place; the company that stays is also found by its names."""
    names = [doubled.name, doubled.name_en, *doubled.aliases]
    kept.aliases = list(dict.fromkeys([*kept.aliases, *(name for name in names if name)]))
    kept.region_id, kept.disclosure = region_id, disclosure
    kept.version += 1
    doubled.merged_into_id, doubled.active = kept.id, False
    doubled.version += 1
    earlier = sa.update(Company).where(Company.merged_into_id == doubled.id)
    session.flush()
    session.execute(earlier.values(merged_into_id=kept.id))
    session.expire_all()


def _record(
    session: Session, actor: Actor, kept: Company, doubled: Company, union: Union, reason: str, now: datetime
) -> None:
    moved = {label: count for label, count in union.moves if count}
    for subject, verb, after in (
        (doubled, "organisations.merge_company", {"into": kept.id}),
        (kept, "organisations.take_in_company", {"company": doubled.id, "moved": moved}),
    ):
        record_event(
            session,
            actor=actor,
            verb=verb,
            subject=subject,
            company_id=subject.id,
            reason=reason,
            after=after,
            at=now,
        )

"""Publishing a standing, and the clock of its publicity period."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.calc.workdays import Interval, extended_by
from cp_circles.db.bulk import collector_paused
from cp_circles.errors import DomainError, msg
from cp_circles.judging import guards, phases, tasks
from cp_circles.judging.chain import put_head_in_platform_chain, record_round_event, sha256_of
from cp_circles.judging.models import Objection, Round, Standing
from cp_circles.judging.phases import OFFICE_HOURS, OfficeHours
from cp_circles.judging.queries import rounds
from cp_circles.judging.queries.calendars import calendar_of
from cp_circles.judging.queries.public_lists import OPEN_OBJECTION, held_lists, open_objections
from cp_circles.judging.services.receipts import send_entry_receipts
from cp_circles.notices.services import finish_tasks
from cp_circles.people.rules import Actor
from cp_circles.standings.plain_rule import plain_rule
from cp_circles.standings.queries import standings
from cp_circles.standings.services.public_lists import require_not_held, write_public_list
from cp_circles.standings.services.standings import is_current, require_complete, require_upper_round


def publish_standing(
    session: Session, *, actor: Actor, round_: Round, hours: OfficeHours = OFFICE_HOURS, now: datetime
) -> Round:
    """Publish the standing: the publicity period begins and ends on its last working day at closing time.

    The rule of a round that nobody announced is published with its list.
    """
    guards.require_organiser(actor, round_)
    guards.lock_round(session, round_)
    guards.require_unfinished(round_)
    if round_.standing_id is None:
        raise DomainError(msg("Compute the standing first."))
    if round_.published_at is not None:
        raise DomainError(msg("The standing is published already."))
    require_not_held(session, round_)
    require_upper_round(session, round_)
    with collector_paused():
        facts = standings.round_facts(session, round_)
    require_complete(session, round_, guards.rule_of(session, round_), facts)
    if not is_current(session, round_, facts):
        raise DomainError(msg("Scores or quotas changed since the standing was computed; compute it again."))
    round_.published_at = now
    round_.announced_at = round_.announced_at or now
    wind_clock(session, round_, hours)
    session.flush()
    standing = session.get(Standing, round_.standing_id)
    record_round_event(
        session,
        round_=round_,
        actor=actor,
        verb="judging.publish_standing",
        subject=round_,
        at=now,
        after={
            "standing": round_.standing_id,
            "input": standing.input_sha256 if standing else None,
            "rule": sha256_of(
                plain_rule(round_, guards.rule_of(session, round_), rounds.rubrics_of(session, round_))
            ),
            "ends_at": _iso(round_.publicity_ends_at),
        },
    )
    head = put_head_in_platform_chain(session, actor=actor, round_=round_, now=now)
    send_entry_receipts(session, round_=round_, head=head, now=now)
    finish_tasks(session, subject=round_, kind=tasks.PUBLISH, now=now)
    ask_to_finish(session, round_, hours, now)
    return round_


def wind_clock(session: Session, round_: Round, hours: OfficeHours = OFFICE_HOURS) -> None:
    """Set the end of the publicity period from its objections; none while one of them is open."""
    if round_.published_at is None:
        return
    published_on = hours.day_of(round_.published_at)
    calendar = calendar_of(session, round_.season.pack)
    ends_on = extended_by(published_on, round_.publicity_days, calendar, stops_of(session, round_, hours))
    round_.publicity_ends_at = None if ends_on is None else hours.end_of(ends_on)
    session.flush()
    write_public_list(session, round_)


def stops_of(session: Session, round_: Round, hours: OfficeHours = OFFICE_HOURS) -> list[Interval]:
    """From which day to which objections stopped the clock of the list that is public; None: still."""
    if round_.published_at is None:
        return []
    published_on = hours.day_of(round_.published_at)
    found: list[Interval] = []
    for row in session.scalars(sa.select(Objection).where(Objection.round_id == round_.id)):
        closed_on = (
            None if row.state in OPEN_OBJECTION or row.decided_at is None else hours.day_of(row.decided_at)
        )
        if closed_on is None or closed_on > published_on:
            found.append((max(hours.day_of(row.filed_at), published_on), closed_on))
    return found


def withdraw_publication(
    session: Session, *, actor: Actor, round_: Round, reason: str, now: datetime
) -> None:
    """Take a list back while its scores are given again; it is published anew for the full period.

    Behind a held list no head is published: the one that comes with its lifting covers this link too.
    """
    before = {"published_at": _iso(round_.published_at)}
    round_.published_at, round_.publicity_ends_at = None, None
    session.flush()
    write_public_list(session, round_)
    finish_tasks(session, subject=round_, kind=tasks.FINISH, now=now)
    record_round_event(
        session,
        round_=round_,
        actor=actor,
        verb="judging.withdraw_publication",
        subject=round_,
        at=now,
        reason=reason,
        before=before,
    )
    if not held_lists(session, [round_.id]):
        put_head_in_platform_chain(session, actor=actor, round_=round_, now=now)


def ask_to_finish(session: Session, round_: Round, hours: OfficeHours, now: datetime) -> None:
    """Put the end of the period on the organiser's list, with its date."""
    ends_at = round_.publicity_ends_at
    guards.ask_organiser(
        session,
        round_=round_,
        kind=tasks.FINISH,
        path="/standing",
        due_on=hours.day_of(ends_at) if ends_at else None,
        now=now,
    )


def require_publicity_over(session: Session, round_: Round, now: datetime) -> None:
    """Refuse before publication, before the period's end, and while an objection is open."""
    if round_.published_at is None:
        raise DomainError(msg("Publish the standing first."))
    waiting = open_objections(session, round_)
    if waiting:
        raise DomainError(msg("Objections still open: %(count)s; the clock stands still."), count=waiting)
    if phases.is_publicity_running(round_, now):
        raise DomainError(msg("The publicity period is not over yet."))


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()

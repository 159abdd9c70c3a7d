"""Barring a circle from entering results after a falsified one, and lifting that early."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from cp_circles.db.engine import take_turns
from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, msg
from cp_circles.judging import guards, rules
from cp_circles.judging.models import Entry, Round
from cp_circles.judging.outcome_models import CircleBan
from cp_circles.notices.services import send_mail
from cp_circles.organisations.models import Company
from cp_circles.people.rules import Actor
from cp_circles.projects.rules import was_member
from cp_circles.results.models import Result

MOST_SEASONS = 5


class CircleBarred(DomainError):
    """The circle of a result enters nothing for a time; the reason is named."""

    msgid = msg("This circle enters no result until the season of %(year)s is over. Reason given: %(reason)s")


def ban_of(session: Session, circle_id: int | None, year: int) -> CircleBan | None:
    """The ban that keeps a circle out of the season of a year; None if there is none."""
    if circle_id is None:
        return None
    return session.scalar(
        sa.select(CircleBan)
        .where(CircleBan.circle_id == circle_id, CircleBan.until_year >= year, CircleBan.lifted_at.is_(None))
        .order_by(CircleBan.until_year.desc())
        .limit(1)
    )


def barred_circles(session: Session, year: int) -> frozenset[int]:
    """The circles that a ban keeps out of the season of a year: one statement."""
    wanted = sa.select(CircleBan.circle_id).where(CircleBan.until_year >= year, CircleBan.lifted_at.is_(None))
    return frozenset(session.scalars(wanted))


def require_not_barred(session: Session, round_: Round, result: Result) -> None:
    """Refuse a result of a circle that is barred in the round's season."""
    ban = ban_of(session, result.project.circle_id, round_.season.year)
    if ban is not None:
        raise CircleBarred(year=ban.until_year, reason=ban.reason)


def ban_circle(
    session: Session, *, actor: Actor, result: Result, seasons: int, year: int, reason: str, now: datetime
) -> CircleBan | None:
    """Bar the circle of a falsified result until `seasons` seasons after `year` are over; 0: not at all.

    Whoever calls has asked who may.
    """
    if not 0 <= seasons <= MOST_SEASONS:
        raise Invalid(msg("Give between 0 and %(most)s seasons."), field="seasons", most=MOST_SEASONS)
    circle_id = result.project.circle_id
    if seasons == 0 or circle_id is None:
        return None
    ban = CircleBan(
        circle_id=circle_id,
        result_id=result.id,
        until_year=year + seasons,
        reason=guards.require_reason(reason),
        set_at=now,
        set_by_id=actor.person_id,
    )
    session.add(ban)
    session.flush()
    record_event(
        session,
        actor=actor,
        verb="judging.ban_circle",
        subject=ban,
        at=now,
        company_id=result.project.company_id,
        reason=ban.reason,
        after={"circle": circle_id, "year": ban.until_year},
    )
    return ban


def lift_ban(session: Session, *, actor: Actor, ban: CircleBan, reason: str, now: datetime) -> CircleBan:
    """Let a barred circle enter results again before its ban is over; the reason is written to its leader.

    Whoever could declare the result falsified may do it, but nobody of the circle.
    """
    take_turns(session, f"ban:{ban.id}")
    session.refresh(ban)
    if ban.lifted_at is not None:
        raise DomainError(msg("This ban has been lifted already."))
    if ban.id not in liftable(session, actor, [ban]):
        raise NotFound
    if was_member(actor, ban.circle):
        raise NotAllowed(msg("You belong to the circle concerned; somebody else decides this."))
    ban.lift_reason = guards.require_reason(reason)
    ban.lifted_at, ban.lifted_by_id = now, actor.person_id
    session.flush()
    record_event(
        session,
        actor=actor,
        verb="judging.lift_ban",
        subject=ban,
        at=now,
        company_id=ban.result.project.company_id,
        reason=ban.lift_reason,
        before={"circle": ban.circle_id, "year": ban.until_year},
    )
    leader = ban.circle.leader
    if leader is not None:
        values = {"title": ban.result.title, "reason": ban.lift_reason, "url": f"/circles/{ban.circle_id}"}
        send_mail(
            session,
            to_person=leader.person_id,
            subject=msg("Your circle may enter results again"),
            body=msg("The ban that followed “%(title)s” is lifted early. Reason given: %(reason)s"),
            values=values,
            now=now,
        )
    return ban


def liftable(session: Session, actor: Actor, bans: Sequence[CircleBan]) -> frozenset[int]:
    """The bans that the actor may lift: as holder of a round of the falsified result, or official above."""
    rows = session.execute(
        sa.select(Entry.result_id, Round)
        .join(Round, Entry.round_id == Round.id)
        .options(joinedload(Round.region), joinedload(Round.company).joinedload(Company.region))
        .where(Entry.result_id.in_([ban.result_id for ban in bans]))
    )
    results = {result_id for result_id, row in rows if rules.can_decide_for_organiser(actor, row)}
    return frozenset(ban.id for ban in bans if ban.result_id in results and ban.lifted_at is None)

"""A falsified result: revoked with its awards, struck from every round, its circle barred for a time."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.awards.models import Award
from cp_circles.awards.services.giving import end_award
from cp_circles.db.engine import take_turns
from cp_circles.db.events import record_event
from cp_circles.editions import queries as editions
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, Stale, msg
from cp_circles.judging import guards
from cp_circles.judging import rules as judging_rules
from cp_circles.judging.models import Entry, Season
from cp_circles.judging.services.bans import MOST_SEASONS, ban_circle
from cp_circles.notices.services import send_mail
from cp_circles.people.rules import Actor
from cp_circles.results import rules as result_rules
from cp_circles.results.models import Result
from cp_circles.results.services import revoke_result
from cp_circles.rulesets.schema import Ladder
from cp_circles.savings import queries as savings
from cp_circles.savings.models import Saving, SavingState
from cp_circles.savings.services import annul_saving
from cp_circles.standings.services.striking import entries_standing, strike_entry

USUAL_SEASONS = 1


@dataclass(frozen=True)
class Consequences:
    """All that follows from declaring a result falsified; `digest` stands for the state it was read from."""

    entries: Sequence[Entry]
    awards: Sequence[Award]
    savings: Sequence[Saving]
    season: Season
    usual_seasons: int
    digest: str


def foresee_annulment(session: Session, *, actor: Actor, result: Result) -> Consequences:
    """What declaring a result falsified would take away; NotFound for those who may not see it."""
    entries = _entries_of(session, result.id)
    _require_may(actor, result, entries)
    standing = entries_standing(session, result.id)
    awards = _awards_of(session, entries)
    counted = [row for row in savings.savings_of(session, result.project_id) if row.claim is not None]
    season = max((entry.round_.season for entry in entries), key=lambda row: row.year)
    return Consequences(
        entries=standing,
        awards=awards,
        savings=counted,
        season=season,
        usual_seasons=_usual_seasons(session, season),
        digest=_digest(result, standing, awards, counted),
    )


def annul_result(
    session: Session,
    *,
    actor: Actor,
    result: Result,
    reason: str,
    seasons: int,
    with_savings: bool = True,
    seen: str | None = None,
    now: datetime,
) -> Consequences:
    """Declare a result falsified, as one act with its reason; everything that rests on it follows.

    The result is revoked, its awards too, its entries are struck from every round (a place above comes back
    to a reserve), its savings leave the boards if `with_savings`, and its circle enters nothing for `seasons`
    seasons. `seen` is the digest of what was shown; Stale if something changed since.
    """
    _hold(session, result)
    found = foresee_annulment(session, actor=actor, result=result)
    if not reason.strip():
        raise Invalid(msg("Say why: the people concerned will read it."), field="reason")
    if not 0 <= seasons <= MOST_SEASONS:
        raise Invalid(msg("Give between 0 and %(most)s seasons."), field="seasons", most=MOST_SEASONS)
    if seen is not None and seen != found.digest:
        raise Stale(msg("Something changed since this was shown. Look at it again, then apply it."))
    if not result_rules.is_frozen(result) and not (found.entries or found.awards):
        raise DomainError(msg("This result was declared void already, and nothing rests on it any more."))
    reason = reason.strip()
    if result_rules.is_frozen(result):
        revoke_result(session, actor=actor, result=result, reason=reason, entered=True, now=now)
    for award in found.awards:
        end_award(session, actor=actor, award=award, reason=reason, now=now)
    for entry in found.entries:
        strike_entry(session, actor=actor, entry=entry, reason=reason, now=now)
    for saving in found.savings if with_savings else ():
        annul_saving(session, actor=actor, saving=saving, reason=reason, now=now)
    ban_circle(
        session,
        actor=actor,
        result=result,
        seasons=seasons,
        year=found.season.year,
        reason=reason,
        now=now,
    )
    record_event(
        session,
        actor=actor,
        verb="awards.annul_result",
        subject=result,
        at=now,
        company_id=result.project.company_id,
        reason=reason,
        after={"entries": [e.id for e in found.entries], "awards": [a.id for a in found.awards]},
    )
    _tell_leader(session, result, reason, now)
    return found


def _hold(session: Session, result: Result) -> None:
    """Hold every round in which a result stands before anything is written; read what rests on it anew."""
    take_turns(session, f"result:{result.id}")
    entries = _entries_of(session, result.id)
    guards.lock_rounds(session, [entry.round_ for entry in entries])
    session.refresh(result)
    for entry in entries:
        session.refresh(entry)
    for award in _awards_of(session, entries):
        session.refresh(award)


def _entries_of(session: Session, result_id: int) -> Sequence[Entry]:
    return session.scalars(sa.select(Entry).where(Entry.result_id == result_id).order_by(Entry.id)).all()


def _awards_of(session: Session, entries: Sequence[Entry]) -> Sequence[Award]:
    return session.scalars(
        sa.select(Award)
        .where(Award.entry_id.in_([entry.id for entry in entries]), Award.revoked_at.is_(None))
        .order_by(Award.id)
    ).all()


def _require_may(actor: Actor, result: Result, entries: Sequence[Entry]) -> None:
    concerned = [row for row in entries if judging_rules.can_decide_for_organiser(actor, row.round_)]
    if not concerned:
        raise NotFound
    if not result_rules.can_revoke_result(actor, result, entered=True):
        raise NotAllowed(msg("You belong to the circle concerned; somebody else decides this."))


def _usual_seasons(session: Session, season: Season) -> int:
    usual = editions.pack(session, season.ladder_edition_id, Ladder).ban_seasons
    return int(usual.value) if usual is not None else USUAL_SEASONS


def _digest(
    result: Result, entries: Sequence[Entry], awards: Sequence[Award], counted: Sequence[Saving]
) -> str:
    state = [
        [result.id, result.state.value, result.version],
        [[row.id, row.state.value, row.round_.version, row.round_.published_at is None] for row in entries],
        [row.id for row in awards],
        [[row.id, row.state is SavingState.VERIFIED, row.version] for row in counted],
    ]
    return hashlib.sha256(json.dumps(state).encode()).hexdigest()


def _tell_leader(session: Session, result: Result, reason: str, now: datetime) -> None:
    circle = result.project.circle
    leader = circle.leader if circle else None
    if leader is None:
        return
    send_mail(
        session,
        to_person=leader.person_id,
        subject=msg("A result of your circle was declared falsified"),
        body=msg("“%(title)s” is revoked with everything that rested on it. Reason given: %(reason)s"),
        values={"title": result.title, "reason": reason, "url": f"/results/{result.id}"},
        now=now,
    )

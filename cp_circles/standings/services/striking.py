"""Taking the entry of a falsified result out of its rounds, and what follows from where each stands."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.judging import guards, tasks
from cp_circles.judging.chain import record_round_event
from cp_circles.judging.models import Entry, EntryState, Round
from cp_circles.judging.queries import panels
from cp_circles.judging.queries.entries import entries_waiting
from cp_circles.notices.services import finish_tasks
from cp_circles.people.rules import Actor
from cp_circles.standings.services.public_lists import write_public_list
from cp_circles.standings.services.publicity import withdraw_publication
from cp_circles.standings.services.standings import write_standing


def entries_standing(session: Session, result_id: int) -> Sequence[Entry]:
    """Where a result stands, lowest round first: not withdrawn, not disqualified."""
    return session.scalars(
        sa.select(Entry)
        .where(
            Entry.result_id == result_id,
            Entry.state.not_in([EntryState.WITHDRAWN, EntryState.REJECTED]),
            Entry.disqualified_at.is_(None),
        )
        .order_by(Entry.submitted_at, Entry.id)
    ).all()


def strike_entry(session: Session, *, actor: Actor, entry: Entry, reason: str, now: datetime) -> None:
    """Take an entry of a falsified result out of its round; what follows depends on where the round stands.

    Finished: the line stays with its mark, and a place above comes back to a reserve. In publicity: the
    standing is computed anew at once. Before: the standing is computed without the entry.
    """
    round_ = entry.round_
    guards.lock_round(session, round_)
    was_up = entry.state is EntryState.PROMOTED
    entry.disqualified_at, entry.disqualified_reason = now, reason
    session.flush()
    finish_tasks(session, subject=entry, now=now)
    if not entries_waiting(session, round_, EntryState.SUBMITTED):
        finish_tasks(session, subject=round_, kind=tasks.REVIEW, now=now)
    record_round_event(
        session,
        round_=round_,
        actor=actor,
        verb="judging.disqualify_entry",
        subject=entry,
        at=now,
        company_id=entry.result.project.company_id,
        reason=reason,
        after={"entry": entry.id},
    )
    if round_.finished_at is not None:
        write_public_list(session, round_)
        if was_up:
            guards.ask_organiser(session, round_=round_, kind=tasks.RESERVE, path="/standing", now=now)
    elif round_.published_at is not None:
        _follow_in_publicity(session, actor, round_, reason, now)
    elif round_.standing_id is not None:
        guards.ask_organiser(session, round_=round_, kind=tasks.COMPUTE, path="/standing", now=now)


def _follow_in_publicity(session: Session, actor: Actor, round_: Round, reason: str, now: datetime) -> None:
    if panels.judged_entries(session, round_.id):
        write_standing(session, actor=actor, round_=round_, version=round_.version, reason=reason, now=now)
    else:
        withdraw_publication(session, actor=actor, round_=round_, reason=reason, now=now)

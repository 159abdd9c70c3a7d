"""Amendments: what changed in a round after its rule was announced, and whom it is written to."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.judging import tasks
from cp_circles.judging.models import Entry, EntryState, Round, RoundJudge
from cp_circles.notices.services import send_mail


def tell_amended(session: Session, *, round_: Round, reason: str, now: datetime) -> int:
    """Write to the judges who agreed and to those who entered a result; gives back how many people."""
    judges = sa.select(RoundJudge.person_id).where(
        RoundJudge.round_id == round_.id,
        RoundJudge.accepted_at.is_not(None),
        RoundJudge.declined_at.is_(None),
    )
    entrants = sa.select(Entry.submitted_by_id).where(
        Entry.round_id == round_.id,
        Entry.submitted_by_id.is_not(None),
        Entry.state != EntryState.WITHDRAWN,
    )
    people = sorted({id_ for id_ in session.scalars(judges.union(entrants)) if id_ is not None})
    values = {
        "round": round_.name,
        "reason": reason,
        "url": f"/judging/lists/{round_.public_key}/rule",
    }
    for person_id in people:
        send_mail(
            session,
            to_person=person_id,
            subject=tasks.AMENDED,
            body=tasks.AMENDED_BODY,
            values=values,
            now=now,
        )
    return len(people)

"""Reminding the judges who are behind: the organiser's act, beside the reminders that dates bring."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from cp_circles.errors import DomainError, msg
from cp_circles.judging import guards, phases, tasks
from cp_circles.judging.chain import record_round_event
from cp_circles.judging.models import Round
from cp_circles.notices.services import assign_task, send_mail
from cp_circles.panels.queries.behind import (
    ANSWER,
    DECLARE,
    REMINDED,
    SCORE,
    Behind,
    judges_behind,
    last_reminded_at,
)
from cp_circles.people.rules import Actor

EVERY = timedelta(hours=24)
ASKED = {
    ANSWER: (tasks.ACCEPT, tasks.REMIND_TO_ANSWER, "/invitation"),
    DECLARE: (tasks.DECLARE, tasks.REMIND_TO_DECLARE, "/conflicts"),
    SCORE: (tasks.SCORE, tasks.REMIND_TO_SCORE, "/desk"),
}


def remind_judges(session: Session, *, actor: Actor, round_: Round, now: datetime) -> Sequence[Behind]:
    """Write to every judge who is behind, and see that the task stands on their list; gives back whom.

    Once in 24 hours for a round; the act is a link of the round's chain with the numbers of the judges.
    """
    guards.require_organiser(actor, round_)
    guards.lock_round(session, round_)
    guards.require_unfinished(round_)
    phases.require_unpublished(round_)
    last = last_reminded_at(session, round_)
    if last is not None and now < last + EVERY:
        raise DomainError(msg("The judges were reminded in the last 24 hours; this is done once a day."))
    found = judges_behind(session, round_, guards.rule_of(session, round_), now)
    if not found:
        raise DomainError(msg("No judge is behind; nobody was reminded."))
    for row in found:
        _remind(session, round_, row, now)
    after = {"judges": [row.judge.number for row in found]}
    record_round_event(
        session, round_=round_, actor=actor, verb=REMINDED, subject=round_, at=now, after=after
    )
    return found


def _remind(session: Session, round_: Round, row: Behind, now: datetime) -> None:
    kind, body, path = ASKED[row.lacks]
    url, values = guards.url_of(round_) + path, {"round": round_.name}
    due = _due(session, round_, row, now)
    assign_task(
        session,
        kind=kind,
        subject=row.judge,
        url=url,
        to_person=row.judge.person_id,
        due_on=phases.OFFICE_HOURS.day_of(due) if due else None,
        values=values,
        now=now,
    )
    send_mail(
        session,
        to_person=row.judge.person_id,
        subject=tasks.REMIND_SUBJECT,
        body=body,
        values=values | {"count": row.open_sheets, "url": url},
        now=now,
    )


def _due(session: Session, round_: Round, row: Behind, now: datetime) -> datetime | None:
    """Until when it is to be done: answers and declarations before scoring, sheets before it ends."""
    rule = guards.rule_of(session, round_)
    closes = phases.closes_at(round_, rule, *phases.SCORING_RIGHTS)
    opens = phases.opens_at(round_, rule, *phases.SCORING_RIGHTS)
    wanted = (closes,) if row.lacks == SCORE else (opens, closes)
    return next((at for at in wanted if now < at < phases.NEVER), None)

"""Entries that go up: from the lines of a standing into the round above, all of them in a few statements."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.base import table_of
from cp_circles.errors import DomainError, msg
from cp_circles.judging import guards, tasks
from cp_circles.judging.chain import Act, chain_of, record_chained_events
from cp_circles.judging.models import Entry, Round, StandingRow
from cp_circles.judging.queries import ladder
from cp_circles.judging.services.entries import entered_already, entry_values, require_enterable_as
from cp_circles.notices.services import send_letters
from cp_circles.people.rules import Actor
from cp_circles.projects.models import Project
from cp_circles.results.models import Result, ResultState

Line = sa.Row[Any]


def lines_of(
    session: Session, standing_id: int | None, *conditions: sa.ColumnElement[bool]
) -> Sequence[Line]:
    """The lines of a standing as columns, best first, with what tells whether an entry can go up."""
    return session.execute(
        sa.select(
            StandingRow.id,
            StandingRow.entry_id,
            StandingRow.track_key,
            StandingRow.place,
            StandingRow.decision,
            StandingRow.why,
            Entry.result_id,
            Entry.submitted_by_id,
            Entry.disqualified_at,
            Result.title,
            Result.sha256,
            Result.state.label("result_state"),
            Project.state.label("project_state"),
            Project.circle_id,
            Project.company_id,
        )
        .join(Entry, StandingRow.entry_id == Entry.id)
        .join(Result, Entry.result_id == Result.id)
        .join(Project, Result.project_id == Project.id)
        .where(StandingRow.standing_id == standing_id, *conditions)
        .order_by(StandingRow.track_key, StandingRow.place, StandingRow.id)
    ).all()


def may_go_up(line: Line, barred: Collection[int]) -> bool:
    """False for a result that was revoked, an entry that was disqualified, and a circle that is barred."""
    if line.result_state is not ResultState.FROZEN or line.disqualified_at is not None:
        return False
    return line.circle_id not in barred


def raise_entries(
    session: Session, *, actor: Actor, round_: Round, upper: Round, lines: Sequence[Line], now: datetime
) -> list[Entry]:
    """Enter the results of some lines in the round above, each with a link of its chain, and tell people."""
    if not lines:
        return []
    guards.lock_round(session, upper)
    tracks, known = {track.key for track in upper.tracks}, entered_already(session, upper)
    for line in lines:
        require_enterable_as(line.result_state, line.sha256, line.project_state)
        if line.track_key not in tracks:
            raise DomainError(msg("%(round)s has no such track."), round=upper.name)
        if line.result_id in known:
            raise DomainError(msg("This result is entered in %(round)s already."), round=upper.name)
    unit = ladder.unit_of(round_)
    last = session.scalar(sa.select(sa.func.max(Entry.number)).where(Entry.round_id == upper.id)) or 0
    rows = [
        entry_values(
            upper,
            result_id=line.result_id,
            number=number,
            unit=unit,
            track_key=line.track_key,
            from_entry_id=line.entry_id,
            submitted_by_id=line.submitted_by_id,
            now=now,
        )
        for number, line in enumerate(lines, start=last + 1)
    ]
    session.execute(sa.insert(table_of(Entry)), rows)
    raised = session.scalars(
        sa.select(Entry).where(Entry.round_id == upper.id, Entry.number > last).order_by(Entry.number)
    ).all()
    _record(session, actor, upper, raised, lines, now)
    guards.ask_organiser(session, round_=upper, kind=tasks.REVIEW, path="/entries", now=now)
    _tell(session, round_, upper, raised, lines, now)
    return list(raised)


def _record(
    session: Session,
    actor: Actor,
    upper: Round,
    raised: Sequence[Entry],
    lines: Sequence[Line],
    now: datetime,
) -> None:
    acts = [
        Act(
            entry,
            company_id=line.company_id,
            after={
                "result": line.result_id,
                "sha256": line.sha256,
                "number": entry.number,
                "track": entry.track_key,
            },
        )
        for entry, line in zip(raised, lines, strict=True)
    ]
    record_chained_events(
        session, chain=chain_of(upper), actor=actor, verb="judging.enter_result", acts=acts, at=now
    )


def _tell(
    session: Session,
    round_: Round,
    upper: Round,
    raised: Sequence[Entry],
    lines: Sequence[Line],
    now: datetime,
) -> None:
    """Write to everybody whose entry went up."""
    shared = {"round": round_.name, "upper": upper.name}
    letters = [
        (line.submitted_by_id, shared | {"title": line.title, "url": f"/judging/entries/{entry.id}"})
        for entry, line in zip(raised, lines, strict=True)
        if line.submitted_by_id is not None
    ]
    send_letters(session, letters=letters, subject=tasks.PROMOTED, body=tasks.PROMOTED_BODY, now=now)

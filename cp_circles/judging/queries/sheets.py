"""A judge's sheets, and what a judge may see of the others on the panel."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from cp_circles.errors import NotFound
from cp_circles.judging import guards, phases, rules
from cp_circles.judging.models import Entry, RoundJudge, ScoreSheet, SheetState
from cp_circles.judging.queries import rounds
from cp_circles.people.rules import Actor


def own_sheet(session: Session, *, actor: Actor, blind_key: str, stage: str) -> ScoreSheet:
    """The actor's sheet behind a blind address; NotFound for everybody else."""
    found = session.scalar(
        sa.select(ScoreSheet)
        .join(ScoreSheet.entry)
        .options(
            joinedload(ScoreSheet.entry).joinedload(Entry.round_).options(*rounds.EAGER),
            joinedload(ScoreSheet.entry).joinedload(Entry.result),
        )
        .where(
            Entry.blind_key == blind_key, ScoreSheet.stage == stage, ScoreSheet.judge_id == actor.person_id
        )
    )
    if found is None:
        raise NotFound
    return found


def sheet_by_id(session: Session, sheet_id: int) -> ScoreSheet:
    """The sheet with entry and judge; NotFound if there is none."""
    found = session.scalar(
        sa.select(ScoreSheet)
        .options(
            joinedload(ScoreSheet.judge),
            joinedload(ScoreSheet.entry).joinedload(Entry.round_).options(*rounds.EAGER),
            joinedload(ScoreSheet.entry).joinedload(Entry.result),
        )
        .where(ScoreSheet.id == sheet_id)
    )
    if found is None:
        raise NotFound
    return found


def own_sheets(session: Session, *, person_id: int, round_id: int) -> Sequence[ScoreSheet]:
    """A judge's sheets of one round in the order of work: stage, then number."""
    return session.scalars(
        sa.select(ScoreSheet)
        .join(ScoreSheet.entry)
        .options(joinedload(ScoreSheet.entry))
        .where(ScoreSheet.round_id == round_id, ScoreSheet.judge_id == person_id)
        .order_by(ScoreSheet.stage, Entry.blind_number, Entry.number, ScoreSheet.id)
    ).all()


def panel_scores(session: Session, *, sheet: ScoreSheet, now: datetime) -> list[tuple[int, ScoreSheet]]:
    """The others' handed-in sheets by judge number: empty until one's own is in and the phase allows.

    A presentation is revealed when every judge of the entry has handed in or put the sheet aside.
    """
    round_ = sheet.entry.round_
    rule = guards.rule_of(session, round_)
    if not rules.has_scored(sheet) or not phases.right_open(round_, rule, "see_own_panel_scores", now):
        return []
    if phases.RIGHT_OF_STAGE.get(sheet.stage) == "present" and sheets_left(session, sheet):
        return []
    rows = session.execute(
        sa.select(RoundJudge.number, ScoreSheet)
        .join(
            ScoreSheet,
            sa.and_(ScoreSheet.judge_id == RoundJudge.person_id, ScoreSheet.round_id == RoundJudge.round_id),
        )
        .where(
            ScoreSheet.entry_id == sheet.entry_id,
            ScoreSheet.stage == sheet.stage,
            ScoreSheet.state == SheetState.SUBMITTED,
            ScoreSheet.id != sheet.id,
        )
        .order_by(RoundJudge.number)
    )
    return [(number, other) for number, other in rows]


def sheets_left(session: Session, sheet: ScoreSheet) -> int:
    """How many judges have not locked their sheet of the same entry and stage."""
    wanted = sa.select(sa.func.count(ScoreSheet.id)).where(
        ScoreSheet.entry_id == sheet.entry_id,
        ScoreSheet.stage == sheet.stage,
        ScoreSheet.state == SheetState.OPEN,
    )
    return session.scalar(wanted) or 0


def blind_work_left(session: Session, sheet: ScoreSheet, blind_stages: Sequence[str]) -> bool:
    """True if the judge still holds an open blind sheet for the same entry, which must come first."""
    wanted = sa.select(ScoreSheet.id).where(
        ScoreSheet.entry_id == sheet.entry_id,
        ScoreSheet.judge_id == sheet.judge_id,
        ScoreSheet.stage.in_(list(blind_stages)),
        ScoreSheet.state == SheetState.OPEN,
        ScoreSheet.id != sheet.id,
    )
    return session.scalar(wanted.limit(1)) is not None


def counted_sheets(session: Session, entry_ids: Sequence[int]) -> dict[int, int]:
    """How many handed-in sheets each entry has: one statement."""
    rows = session.execute(
        sa.select(ScoreSheet.entry_id, sa.func.count(ScoreSheet.id))
        .where(ScoreSheet.entry_id.in_(list(entry_ids)), ScoreSheet.state == SheetState.SUBMITTED)
        .group_by(ScoreSheet.entry_id)
    )
    return {entry_id: count for entry_id, count in rows}


def sheet_counts(session: Session, round_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """round -> (handed in, all that are to be handed in): one statement."""
    done = sa.func.sum(sa.case((ScoreSheet.state == SheetState.OPEN, 0), else_=1))
    rows = session.execute(
        sa.select(ScoreSheet.round_id, done, sa.func.count(ScoreSheet.id))
        .where(ScoreSheet.round_id.in_(list(round_ids)))
        .group_by(ScoreSheet.round_id)
    )
    return {round_id: (int(handed_in), total) for round_id, handed_in, total in rows}

"""A judge's sheets, and what a judge may see of the others on the panel."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, load_only

from cp_circles.db.values import values_of
from cp_circles.editions.models import Edition
from cp_circles.errors import NotFound
from cp_circles.judging import guards, phases, rules
from cp_circles.judging.models import Entry, Round, RoundJudge, RoundPhase, ScoreSheet, SheetState
from cp_circles.judging.queries import panels, rounds
from cp_circles.people.models import Person
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


def _to_write() -> sa.Select[ScoreSheet]:
    return (
        sa.select(ScoreSheet)
        .join(ScoreSheet.entry)
        .join(Entry.round_)
        .join(Round.rule_edition)
        .join(rubric := aliased(Edition), rubric.id == ScoreSheet.rubric_edition_id)
        .outerjoin(Round.phases)
        .outerjoin(ScoreSheet.seat)
        .outerjoin(RoundJudge.person)
        .options(
            contains_eager(ScoreSheet.entry).options(
                load_only(Entry.round_id, Entry.result_id, Entry.number, Entry.blind_key, Entry.blind_number),
                contains_eager(Entry.round_).options(
                    contains_eager(Round.phases),
                    contains_eager(Round.rule_edition).load_only(Edition.kind, Edition.sha256),
                ),
            ),
            contains_eager(ScoreSheet.rubric_edition.of_type(rubric)).load_only(rubric.kind, rubric.sha256),
            contains_eager(ScoreSheet.seat).contains_eager(RoundJudge.person).load_only(Person.salt),
        )
        .where(
            Entry.blind_key == sa.bindparam("blind_key"),
            ScoreSheet.stage == sa.bindparam("stage"),
            ScoreSheet.judge_id == sa.bindparam("judge_id"),
        )
        .order_by(RoundPhase.position)
    )


TO_WRITE = _to_write()
"""Written once: with all that saving or handing in a sheet asks of it, and no more."""


def sheet_to_write(session: Session, *, actor: Actor, blind_key: str, stage: str) -> ScoreSheet:
    """The actor's sheet as `own_sheet` finds it, with all that writing needs: one statement."""
    asked = {"blind_key": blind_key, "stage": stage, "judge_id": actor.person_id}
    found = session.execute(TO_WRITE, asked).unique().scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def next_open(session: Session, sheet: ScoreSheet) -> tuple[str, str] | None:
    """Blind key and stage of the judge's next open sheet: after this one, then from the start."""
    asked = {"judge_id": sheet.judge_id, "round_id": sheet.round_id}
    rows = values_of(session, ORDER_OF_WORK, asked).all()
    place = next((n for n, row in enumerate(rows) if row.id == sheet.id), -1)
    order = (*rows[place + 1 :], *rows[: max(place, 0)])
    return next(((row.blind_key, row.stage) for row in order if row.state is SheetState.OPEN), None)


ORDER_OF_WORK = (
    sa.select(ScoreSheet.id, ScoreSheet.stage, ScoreSheet.state, Entry.blind_key)
    .join(Entry, Entry.id == ScoreSheet.entry_id)
    .where(ScoreSheet.round_id == sa.bindparam("round_id"), ScoreSheet.judge_id == sa.bindparam("judge_id"))
    .order_by(ScoreSheet.stage, Entry.blind_number, Entry.number, ScoreSheet.id)
)


def panel_scores(session: Session, *, sheet: ScoreSheet, now: datetime) -> list[tuple[int, ScoreSheet]]:
    """The others' handed-in sheets by judge number: empty until one's own is in and the phase allows.

    A presentation is revealed when every judge of the entry has handed in or put the sheet aside.
    """
    if not _opens_panel(session, sheet, now) or locks_awaited(session, sheet=sheet, now=now):
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


def _opens_panel(session: Session, sheet: ScoreSheet, now: datetime) -> bool:
    round_ = sheet.entry.round_
    rule = guards.rule_of(session, round_)
    return rules.has_scored(sheet) and phases.right_open(round_, rule, "see_own_panel_scores", now)


def locks_awaited(session: Session, *, sheet: ScoreSheet, now: datetime) -> int:
    """How many judges have yet to lock before a presentation is shown to its panel; 0 where it is not."""
    if phases.RIGHT_OF_STAGE.get(sheet.stage) != "present" or not _opens_panel(session, sheet, now):
        return 0
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


def is_awaited(session: Session, sheet: ScoreSheet) -> bool:
    """True while another judge of the same entry and stage has not handed in."""
    others = panels.OPEN_ONE.where(
        ScoreSheet.entry_id == sheet.entry_id, ScoreSheet.stage == sheet.stage, ScoreSheet.id != sheet.id
    )
    return session.scalar(others) is not None

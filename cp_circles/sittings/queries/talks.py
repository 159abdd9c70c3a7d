"""The talks of a round in their order, the one that runs now, and the points behind each."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from cp_circles.errors import NotFound
from cp_circles.judging.models import Entry, EntryState, RoundJudge, ScoreSheet, SheetState
from cp_circles.judging.phases import RIGHT_OF_STAGE
from cp_circles.judging.queries import rounds
from cp_circles.rulesets.schema import RoundRule
from cp_circles.sittings.models import Talk

STAGE = next(stage for stage, right in RIGHT_OF_STAGE.items() if right == "present")


@dataclass(frozen=True)
class Locks:
    """How many sheets of an entry are in, how many are open, the totals by judge number, the last locking."""

    locked: int = 0
    open: int = 0
    totals: tuple[tuple[int, Decimal], ...] = ()
    last: datetime | None = None

    def reveals(self, talk: Talk) -> bool:
        """True while what was revealed still stands: no sheet was given back since, or handed in anew."""
        if talk.revealed_at is None or self.open:
            return False
        return self.last is None or self.last <= talk.revealed_at


@dataclass(frozen=True)
class Clock:
    """The part of a talk that runs now ('talk', 'questions'), since when, until when (None: no limit)."""

    part: str
    since: datetime
    until: datetime | None


def is_presented(rule: RoundRule) -> bool:
    """True for a round whose rule has a stage that is presented."""
    return rule.stage(STAGE) is not None


def talks_of(session: Session, round_id: int) -> Sequence[Talk]:
    """The talks of a round in their order, with entry and result."""
    return session.scalars(
        sa.select(Talk)
        .options(joinedload(Talk.entry).joinedload(Entry.result))
        .where(Talk.round_id == round_id)
        .order_by(Talk.position, Talk.id)
    ).all()


def entries_to_present(session: Session, round_id: int) -> Sequence[Entry]:
    """The judged entries that have a sheet of the presented stage, by number."""
    with_sheet = sa.select(ScoreSheet.entry_id).where(
        ScoreSheet.round_id == round_id, ScoreSheet.stage == STAGE
    )
    return session.scalars(
        sa.select(Entry)
        .options(joinedload(Entry.result))
        .where(
            Entry.round_id == round_id,
            Entry.id.in_(with_sheet),
            Entry.state.in_([EntryState.ACCEPTED, EntryState.SCORED]),
            Entry.disqualified_at.is_(None),
        )
        .order_by(Entry.number)
    ).all()


def talk_by_id(session: Session, talk_id: int) -> Talk:
    """The talk with entry and round; NotFound if there is none."""
    found = session.scalar(
        sa.select(Talk)
        .options(
            joinedload(Talk.entry).joinedload(Entry.result),
            joinedload(Talk.round_).options(*rounds.EAGER),
        )
        .where(Talk.id == talk_id)
    )
    if found is None:
        raise NotFound
    return found


def running_talk(session: Session, round_id: int) -> Talk | None:
    """The talk that has begun and not ended."""
    return session.scalar(
        sa.select(Talk)
        .options(joinedload(Talk.entry))
        .where(Talk.round_id == round_id, Talk.began_at.is_not(None), Talk.ended_at.is_(None))
        .order_by(Talk.began_at.desc())
        .limit(1)
    )


def clock_of(talk: Talk, rule: RoundRule) -> Clock | None:
    """What the timer shows; None for a talk that does not run."""
    if talk.began_at is None or talk.ended_at is not None:
        return None
    stage = rule.stage(STAGE)
    part = "talk" if talk.questions_at is None else "questions"
    since = talk.began_at if talk.questions_at is None else talk.questions_at
    rated = None if stage is None else stage.talk_minutes if part == "talk" else stage.question_minutes
    until = None if rated is None else since + timedelta(minutes=float(rated.value))
    return Clock(part, since, until)


def locks_of(session: Session, round_id: int) -> dict[int, Locks]:
    """entry -> its sheets of the presented stage: one statement."""
    rows = session.execute(
        sa.select(
            ScoreSheet.entry_id,
            ScoreSheet.state,
            ScoreSheet.total,
            RoundJudge.number,
            ScoreSheet.submitted_at,
        )
        .join(
            RoundJudge,
            sa.and_(RoundJudge.round_id == ScoreSheet.round_id, RoundJudge.person_id == ScoreSheet.judge_id),
        )
        .where(ScoreSheet.round_id == round_id, ScoreSheet.stage == STAGE)
        .order_by(ScoreSheet.entry_id, RoundJudge.number)
    )
    found: dict[int, list[tuple[SheetState, Decimal | None, int]]] = defaultdict(list)
    last: dict[int, datetime] = {}
    for entry_id, state, total, number, at in rows:
        found[entry_id].append((state, total, number))
        if state is SheetState.SUBMITTED and at is not None:
            last[entry_id] = max(at, last.get(entry_id, at))
    return {
        entry_id: Locks(
            locked=sum(state is not SheetState.OPEN for state, _total, _number in sheets),
            open=sum(state is SheetState.OPEN for state, _total, _number in sheets),
            totals=tuple(
                (number, total)
                for state, total, number in sheets
                if state is SheetState.SUBMITTED and total is not None
            ),
            last=last.get(entry_id),
        )
        for entry_id, sheets in found.items()
    }


def own_sheet_of(session: Session, talk: Talk, person_id: int) -> ScoreSheet | None:
    """A judge's own sheet of the entry that is presented."""
    return session.scalar(
        sa.select(ScoreSheet)
        .options(joinedload(ScoreSheet.entry))
        .where(
            ScoreSheet.entry_id == talk.entry_id,
            ScoreSheet.judge_id == person_id,
            ScoreSheet.stage == STAGE,
            ScoreSheet.state != SheetState.RECUSED,
        )
    )

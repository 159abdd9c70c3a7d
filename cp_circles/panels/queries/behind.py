"""Judges of a round who are behind: who has not answered, declared or handed in, and the last reminder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.models import Event
from cp_circles.judging import phases
from cp_circles.judging.models import Round, RoundJudge, ScoreSheet, SheetState
from cp_circles.judging.queries import panels
from cp_circles.rulesets.schema import RoundRule

ANSWER, DECLARE, SCORE = "answer", "declare", "score"
REMINDED = "judging.remind_judges"


@dataclass(frozen=True)
class Behind:
    """A judge and what is waited for: 'answer', 'declare' or 'score', the last with how many open sheets."""

    judge: RoundJudge
    lacks: str
    open_sheets: int = 0


def judges_behind(session: Session, round_: Round, rule: RoundRule, now: datetime) -> list[Behind]:
    """Who is behind, by number: two statements; nobody once the list is published or the round finished."""
    if round_.published_at is not None or round_.finished_at is not None:
        return []
    stages = [
        stage.key
        for stage in rule.stages
        if now >= phases.opens_at(round_, rule, phases.RIGHT_OF_STAGE[stage.key])
    ]
    waiting = _open_sheets(session, round_.id, stages)
    declaring = phases.right_open(round_, rule, "declare_conflict", now)
    found = [_behind(judge, waiting, declaring) for judge in panels.judges_of(session, round_.id)]
    return [row for row in found if row is not None]


def _behind(judge: RoundJudge, waiting: Mapping[int, int], declaring: bool) -> Behind | None:
    if judge.declined_at is not None:
        return None
    if judge.accepted_at is None:
        return Behind(judge, ANSWER)
    if judge.conflicts_declared_at is None:
        return Behind(judge, DECLARE) if declaring else None
    count = waiting.get(judge.person_id, 0)
    return Behind(judge, SCORE, count) if count else None


def _open_sheets(session: Session, round_id: int, stages: Sequence[str]) -> dict[int, int]:
    """Judge -> sheets that are open in stages that have begun."""
    rows = session.execute(
        sa.select(ScoreSheet.judge_id, sa.func.count(ScoreSheet.id))
        .where(
            ScoreSheet.round_id == round_id,
            ScoreSheet.state == SheetState.OPEN,
            ScoreSheet.stage.in_(stages),
        )
        .group_by(ScoreSheet.judge_id)
    )
    return {judge_id: count for judge_id, count in rows}


def last_reminded_at(session: Session, round_: Round) -> datetime | None:
    """When judges of the round were last reminded."""
    return session.scalar(
        sa.select(Event.at)
        .where(
            Event.subject_kind == Round.__tablename__,
            Event.subject_id == round_.id,
            Event.verb == REMINDED,
        )
        .order_by(Event.id.desc())
        .limit(1)
    )

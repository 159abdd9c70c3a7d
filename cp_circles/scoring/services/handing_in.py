"""A judge hands in a sheet: what was typed and what locks it are one act, held once and written once."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from cp_circles.errors import DomainError, msg
from cp_circles.judging.models import ScoreSheet
from cp_circles.panels.queries.recusals import Ground, ground_between
from cp_circles.people.rules import Actor
from cp_circles.scoring.services.locking import lock_sheet, points_of
from cp_circles.scoring.services.sheets import (
    hold_sheet,
    keep_typed,
    refuse_problems,
    require_open,
    rubric_of,
)


class KeptApart(DomainError):
    """A ground for recusal that arose after the entry was assigned; the ground is named."""

    msgid = msg(
        "You may not judge this entry: %(ground)s. Declare the conflict; the organiser finds another judge."
    )


def hand_in(
    session: Session,
    *,
    actor: Actor,
    sheet: ScoreSheet,
    points: Mapping[str, str],
    comments: Mapping[str, str] | None = None,
    comment: str = "",
    version: int,
    spent: int = 0,
    now: datetime,
) -> ScoreSheet:
    """Keep what a judge has typed, as `save_draft` does, and hand it in: total, lock, hash in the chain.

    Invalid beside the first criterion not scored, `KeptApart` where a ground for recusal arose meanwhile.
    """
    hold_sheet(session, sheet)
    judge, rubric = require_open(session, actor, sheet, now), rubric_of(session, sheet)
    with session.no_autoflush:
        keep_typed(sheet, rubric, points, comments, comment, version=version, spent=spent, now=now)
        ground = ground_between(session, sheet.entry.round_, sheet.judge_id, sheet.entry_id)
        if ground is not None:
            raise KeptApart(ground=Ground.of(ground))
    refuse_problems(rubric, points_of(sheet), complete=True)
    return lock_sheet(
        session, actor=actor, sheet=sheet, judge=judge, rubric=rubric, verb="judging.submit_sheet", now=now
    )

"""Who may look into a panel's talk: those who hold the round, and judges whose own points are locked."""

from collections.abc import Iterable

from cp_circles.judging import rules as judging
from cp_circles.judging.models import RoundJudge, ScoreSheet, SheetState
from cp_circles.people.rules import Actor


def own_of(actor: Actor, sheets: Iterable[ScoreSheet]) -> ScoreSheet | None:
    """The actor's sheet among those of an entry."""
    return next((sheet for sheet in sheets if judging.is_own_sheet(actor, sheet)), None)


def has_locked(actor: Actor, sheets: Iterable[ScoreSheet]) -> bool:
    """True for a judge of the entry who has handed in: own points first, then the others'."""
    own = own_of(actor, sheets)
    return own is not None and judging.has_scored(own)


def all_locked(sheets: Iterable[ScoreSheet]) -> bool:
    """True once no sheet of an entry is open any more."""
    return all(sheet.state is not SheetState.OPEN for sheet in sheets)


def is_begun(sheet: ScoreSheet) -> bool:
    """True for a sheet on which its judge has written at the desk; what stood there before it was given back
    is no such writing.
    """
    if sheet.reopened_at is not None:
        return sheet.saved_at is not None and sheet.saved_at > sheet.reopened_at
    return bool(sheet.points or sheet.comments or sheet.comment)


def is_judge_of(judge: RoundJudge | None, actor: Actor) -> bool:
    """True for a judge of the round who accepted."""
    return judging.can_judge(actor, judge)

"""A judge's score sheets: saved as drafts, handed in and locked, put aside, or reopened by the organiser."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError

from cp_circles.calc.exact import decimal_from
from cp_circles.calc.scoring import sheet_problems
from cp_circles.db.engine import take_turns
from cp_circles.db.values import values_of
from cp_circles.editions import queries as editions
from cp_circles.errors import DomainError, Invalid, NotFound, Stale, msg
from cp_circles.judging import guards, phases, rules, tasks
from cp_circles.judging.chain import record_round_event
from cp_circles.judging.models import Conflict, Round, RoundJudge, ScoreSheet, SheetState
from cp_circles.panels.queries.recusals import DECLARED
from cp_circles.people.rules import Actor
from cp_circles.rulesets.schema import Rubric
from cp_circles.scoring.services.locking import after_work, criteria_of, point_text

LONGEST_SPELL = 3600
WRITTEN = (
    *("version", "state", "points", "comments", "comment", "spent_seconds", "total", "sha256", "reason"),
    *("saved_at", "submitted_at", "reopened_at", "entered_by_id", "scan_sha256", "scan_name", "agreed_at"),
)
ENDINGS = ("published_at", "finished_at")

REREAD = (
    sa.select(*(getattr(ScoreSheet, name) for name in WRITTEN), *(getattr(Round, name) for name in ENDINGS))
    .join(Round, Round.id == ScoreSheet.round_id)
    .where(ScoreSheet.id == sa.bindparam("sheet_id"))
    .with_for_update(of=ScoreSheet)
)


class SheetLocked(DomainError):
    """A sheet that was handed in does not change."""

    msgid = msg("This sheet is handed in and locked; only the organiser can reopen it.")


def save_draft(
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
    """Keep what a judge has typed so far: values are checked, missing ones are not; no event is written.

    `spent` are the seconds on the desk since the last save; no more is believed than `LONGEST_SPELL`.
    What says nothing but what stands is no conflict, whatever version it was typed over: a sheet handed in
    while its own autosave was still on the way.
    """
    require_open(session, actor, sheet, now)
    rubric = rubric_of(session, sheet)
    reread(session, sheet)
    keep_typed(sheet, rubric, points, comments, comment, version=version, spent=spent, now=now)
    session.flush()
    return sheet


def keep_typed(
    sheet: ScoreSheet,
    rubric: Rubric,
    points: Mapping[str, str],
    comments: Mapping[str, str] | None,
    comment: str,
    *,
    version: int,
    spent: int,
    now: datetime,
) -> None:
    """Put what was typed on a sheet that was just read for writing, unless it says so already."""
    try:
        refuse_other_version(sheet, version)
    except Stale:
        if not _stands(sheet, rubric, points, comments, comment):
            raise
        return
    write_points(sheet, rubric, points, comments, comment, complete=False)
    sheet.saved_at, sheet.version = now, sheet.version + 1
    sheet.spent_seconds += min(max(spent, 0), LONGEST_SPELL)


def write_points(
    sheet: ScoreSheet,
    rubric: Rubric,
    points: Mapping[str, str],
    comments: Mapping[str, str] | None,
    comment: str,
    *,
    complete: bool,
) -> None:
    """Put points and words on a sheet; Invalid beside the first criterion that is wrong (or missing)."""
    given = _given(points)
    refuse_problems(rubric, given, complete=complete)
    sheet.points = {key: point_text(value) for key, value in given.items()}
    sheet.comments = _words(rubric, comments)
    sheet.comment = comment.strip()


def _given(points: Mapping[str, str]) -> dict[str, Decimal | None]:
    return {key: _number(key, text) for key, text in points.items() if text.strip()}


def _words(rubric: Rubric, comments: Mapping[str, str] | None) -> dict[str, str]:
    known = {criterion.key for criterion in rubric.criteria}
    return {key: text.strip() for key, text in (comments or {}).items() if key in known and text.strip()}


def _stands(
    sheet: ScoreSheet,
    rubric: Rubric,
    points: Mapping[str, str],
    comments: Mapping[str, str] | None,
    comment: str,
) -> bool:
    """Whether the sheet says exactly this already."""
    try:
        given = {key: point_text(value) for key, value in _given(points).items()}
    except Invalid:
        return False
    return (sheet.points, sheet.comments, sheet.comment) == (given, _words(rubric, comments), comment.strip())


def abstain(session: Session, *, actor: Actor, sheet: ScoreSheet, reason: str, now: datetime) -> ScoreSheet:
    """Give no score, with a reason; it does not count as zero."""
    hold_sheet(session, sheet)
    require_open(session, actor, sheet, now)
    reason = guards.require_reason(reason)
    return _put_aside(session, actor, sheet, SheetState.ABSTAINED, "judging.abstain", reason, now)


def recuse(session: Session, *, actor: Actor, sheet: ScoreSheet, reason: str, now: datetime) -> ScoreSheet:
    """Declare a conflict on a single entry: all of the judge's sheets for it are recused.

    One that was handed in is kept, in its row and with its hash in the round's chain, but counts no more; a
    standing computed with it is out of date. Once the list is published it changes through an objection only.
    """
    if not rules.is_own_sheet(actor, sheet):
        raise NotFound
    every = _hold_all(session, sheet)
    round_ = sheet.entry.round_
    guards.require_unfinished(round_)
    if sheet.state is SheetState.RECUSED:
        raise DomainError(msg("You are recused from this entry already."))
    if round_.published_at is not None:
        raise DomainError(
            msg(
                "The list is published; tell the organiser, who settles a late conflict through an objection."
            )
        )
    reason = guards.require_reason(reason)
    set_aside(session, actor=actor, sheets=every, reason=reason, now=now)
    return sheet


def _hold_all(session: Session, sheet: ScoreSheet) -> Sequence[ScoreSheet]:
    """Hold every sheet of a judge for one entry before any is written, always in the same order."""
    take_turns(session, f"round:{sheet.round_id}", beside=True)
    own = sa.select(ScoreSheet).filter_by(entry_id=sheet.entry_id, judge_id=sheet.judge_id)
    every = session.scalars(own.order_by(ScoreSheet.id)).all()
    for one in every:
        reread(session, one)
    return every


def set_aside(
    session: Session, *, actor: Actor, sheets: Sequence[ScoreSheet], reason: str, now: datetime
) -> None:
    """Recuse a judge's sheets for one entry: the scores stay in the chain and count no more.

    Called by the judge's own recusal, and by an upheld objection once the list is published.
    """
    counting = [sheet for sheet in sheets if sheet.state is not SheetState.RECUSED]
    if counting:
        session.add(_declared_conflict(counting[0], reason, now))
    for sheet in counting:
        _put_aside(session, actor, sheet, SheetState.RECUSED, "judging.recuse", reason, now)


def _declared_conflict(sheet: ScoreSheet, reason: str, now: datetime) -> Conflict:
    project = sheet.entry.result.project
    return Conflict(
        round_id=sheet.round_id,
        person_id=sheet.judge_id,
        circle_id=project.circle_id,
        company_id=None if project.circle_id else project.company_id,
        ground=DECLARED,
        note=reason,
        declared_at=now,
    )


def rubric_of(session: Session, sheet: ScoreSheet) -> Rubric:
    """The rubric that a sheet is scored with."""
    return editions.pack(session, sheet.rubric_edition_id, Rubric)


def can_recuse(sheet: ScoreSheet) -> bool:
    """True while a judge may still step back from the entry of this sheet."""
    return sheet.state is not SheetState.RECUSED and sheet.entry.round_.published_at is None


def can_write_sheet(session: Session, sheet: ScoreSheet, now: datetime) -> bool:
    """True while the phase opens the sheet's stage, or after the organiser gave it back."""
    round_ = sheet.entry.round_
    if round_.finished_at is not None or round_.published_at is not None:
        return False
    right = phases.RIGHT_OF_STAGE.get(sheet.stage, "score")
    rule = guards.rule_of(session, round_)
    return sheet.reopened_at is not None or phases.right_open(round_, rule, right, now)


def hold_sheet(session: Session, sheet: ScoreSheet) -> None:
    """Let no act on the whole round come between, and read the sheet as it is now, for writing."""
    take_turns(session, f"round:{sheet.round_id}", beside=True)
    reread(session, sheet)


def reread(session: Session, sheet: ScoreSheet) -> None:
    """Read a sheet as it is now, for writing, and whether its list is out: who else would write it waits."""
    row = values_of(session, REREAD, {"sheet_id": sheet.id}).first()
    if row is None:
        raise StaleDataError("a sheet was deleted since it was read")
    round_ = sheet.entry.round_
    for name in WRITTEN:
        set_committed_value(sheet, name, getattr(row, name))
    for name in ENDINGS:
        set_committed_value(round_, name, getattr(row, name))


def require_open(session: Session, actor: Actor, sheet: ScoreSheet, now: datetime) -> RoundJudge:
    """The seat of the judge whose sheet it is; refused for others, for a locked sheet and a closed stage."""
    judge = sheet.seat
    if judge is None or not rules.is_own_sheet(actor, sheet) or not rules.can_judge(actor, judge):
        raise NotFound
    if sheet.state is not SheetState.OPEN:
        raise SheetLocked
    if not can_write_sheet(session, sheet, now):
        raise phases.PhaseClosed(msg("Scoring of this stage is not open now."))
    return judge


def refuse_other_version(sheet: ScoreSheet, version: int) -> None:
    """SheetLocked for a sheet that is not open, Stale with the stored values for one saved meanwhile."""
    if sheet.state is not SheetState.OPEN:
        raise SheetLocked
    if sheet.version != version:
        stored = {f"c-{key}": text for key, text in sheet.comments.items()}
        raise Stale(current={**sheet.points, **stored, "comment": sheet.comment, "version": sheet.version})


def refuse_problems(rubric: Rubric, given: Mapping[str, Decimal | None], *, complete: bool) -> None:
    """Invalid beside the first criterion whose points the rubric does not allow."""
    problems = sheet_problems(criteria_of(rubric), given, complete=complete)
    if not problems:
        return
    if complete and len(problems) > 1 and all(problem.msgid == problems[0].msgid for problem in problems):
        raise Invalid(
            msg("Criteria not scored yet: %(count)s."), field=problems[0].field, count=len(problems)
        )
    raise Invalid(problems[0].msgid, field=problems[0].field, **problems[0].values)


def _number(key: str, text: str) -> Decimal:
    try:
        return decimal_from(text)
    except ValueError as error:
        raise Invalid(msg("Write a number such as 12.5."), field=key) from error


def _put_aside(
    session: Session,
    actor: Actor,
    sheet: ScoreSheet,
    state: SheetState,
    verb: str,
    reason: str,
    now: datetime,
) -> ScoreSheet:
    before = _kept_version(sheet)
    sheet.state, sheet.reason, sheet.version = state, reason, sheet.version + 1
    sheet.submitted_at = sheet.submitted_at or now
    session.flush()
    round_, entry = sheet.entry.round_, sheet.entry
    record_round_event(
        session,
        round_=round_,
        actor=actor,
        verb=verb,
        subject=sheet,
        at=now,
        reason=reason,
        before=before,
        after={"entry": sheet.entry_id, "stage": sheet.stage, "state": state.value},
    )
    guards.ask_organiser(
        session,
        round_=round_,
        kind=tasks.REPLACE,
        subject=entry,
        path="/panel",
        values={"entry": entry.number},
        now=now,
    )
    after_work(session, sheet, now)
    return sheet


def _kept_version(sheet: ScoreSheet) -> dict[str, Any] | None:
    """What stays in the chain of a sheet that was handed in before it was put aside."""
    if sheet.state is not SheetState.SUBMITTED:
        return None
    total = point_text(sheet.total)
    return {"state": sheet.state.value, "total": total, "points": dict(sheet.points), "sha256": sheet.sha256}

"""Sheets filled in on paper: entered by the organiser's office with the scan, checked by their judge."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from cp_circles.errors import DomainError, NotFound, msg
from cp_circles.files.models import Blob
from cp_circles.judging import guards, phases
from cp_circles.judging import rules as judging
from cp_circles.judging.chain import record_round_event
from cp_circles.judging.models import RoundJudge, ScoreSheet, SheetState
from cp_circles.judging.queries import panels
from cp_circles.notices.services import assign_task, finish_tasks
from cp_circles.panels.queries.recusals import Ground, ground_between
from cp_circles.people.rules import Actor
from cp_circles.scoring.services.locking import lock_sheet
from cp_circles.scoring.services.reopening import give_back
from cp_circles.scoring.services.sheets import (
    can_write_sheet,
    hold_sheet,
    refuse_other_version,
    rubric_of,
    write_points,
)
from cp_circles.sittings.rules import is_begun

CHECK = msg("Check your sheet of entry %(entry)s: it was entered from paper")
OBJECTED = msg("A judge objects to the sheet of entry %(entry)s that was entered from paper")


class BegunAtDesk(DomainError):
    """A judge who types is not overtaken by paper."""

    msgid = msg("The judge has begun this sheet at the desk; it is finished there.")


def enter_paper_sheet(
    session: Session,
    *,
    actor: Actor,
    sheet: ScoreSheet,
    points: Mapping[str, str],
    comments: Mapping[str, str] | None = None,
    comment: str = "",
    scan: Blob,
    scan_name: str,
    version: int,
    now: datetime,
) -> ScoreSheet:
    """Enter and lock what a judge wrote on paper, with the scan; the judge is asked to check it."""
    round_ = sheet.entry.round_
    guards.require_organiser(actor, round_)
    hold_sheet(session, sheet)
    judge = _require_enterable(session, actor, sheet, now)
    refuse_other_version(sheet, version)
    if is_begun(sheet):
        raise BegunAtDesk
    rubric = rubric_of(session, sheet)
    write_points(sheet, rubric, points, comments, comment, complete=True)
    sheet.entered_by_id, sheet.scan_sha256, sheet.scan_name = actor.person_id, scan.sha256, scan_name[:160]
    sheet.saved_at, sheet.agreed_at = now, None
    lock_sheet(
        session,
        actor=actor,
        sheet=sheet,
        judge=judge,
        rubric=rubric,
        verb="sittings.enter_paper_sheet",
        now=now,
    )
    assign_task(
        session,
        kind=CHECK,
        subject=sheet,
        url=f"/judging/desk/{sheet.entry.blind_key}/{sheet.stage}",
        to_person=sheet.judge_id,
        values={"entry": sheet.entry.blind_number or str(sheet.entry.number)},
        now=now,
    )
    return sheet


def _require_enterable(session: Session, actor: Actor, sheet: ScoreSheet, now: datetime) -> RoundJudge:
    """The judge whose paper it is; refused where the judge could not hand in either."""
    judge = panels.judge_of(session, sheet.round_id, sheet.judge_id)
    if judge is None or judge.declined_at is not None or judge.accepted_at is None:
        raise NotFound
    if sheet.judge_id == actor.person_id:
        raise DomainError(msg("Your own sheet is handed in at your desk, not from paper."))
    if judge.conflicts_declared_at is None:
        raise DomainError(msg("This judge has not declared conflicts; the sheet cannot be entered."))
    ground = ground_between(session, sheet.entry.round_, sheet.judge_id, sheet.entry_id)
    if ground is not None:
        raise DomainError(
            msg("This judge may not judge this entry: %(ground)s. Assign another judge."),
            ground=Ground.of(ground),
        )
    if sheet.state is SheetState.OPEN and not can_write_sheet(session, sheet, now):
        raise phases.PhaseClosed(msg("Scoring of this stage is not open now."))
    return judge


def agree_with_paper(session: Session, *, actor: Actor, sheet: ScoreSheet, now: datetime) -> ScoreSheet:
    """The judge finds what was entered to be what stands on the paper."""
    _require_own_paper(session, actor, sheet)
    if sheet.agreed_at is not None:
        raise DomainError(msg("You have agreed with this sheet already."))
    sheet.agreed_at = now
    session.flush()
    record_round_event(
        session,
        round_=sheet.entry.round_,
        actor=actor,
        verb="sittings.agree_with_paper",
        subject=sheet,
        at=now,
        after={"sha256": sheet.sha256},
    )
    finish_tasks(session, subject=sheet, kind=CHECK, now=now)
    return sheet


def object_to_paper(
    session: Session, *, actor: Actor, sheet: ScoreSheet, reason: str, now: datetime
) -> ScoreSheet:
    """The judge finds it to be something else: the sheet is open again at the judge's desk.

    Possible once for what was entered, before the judge agreed and before the list is published.
    """
    _require_own_paper(session, actor, sheet)
    round_ = sheet.entry.round_
    guards.require_unfinished(round_)
    if round_.published_at is not None:
        raise DomainError(msg("The standing is published; only an upheld objection reopens a sheet."))
    if sheet.agreed_at is not None:
        raise DomainError(msg("You have agreed with this sheet already."))
    reason = guards.require_reason(reason)
    give_back(session, actor=actor, sheet=sheet, reason=reason, now=now)
    finish_tasks(session, subject=sheet, kind=CHECK, now=now)
    guards.ask_organiser(
        session,
        round_=round_,
        kind=OBJECTED,
        subject=sheet.entry,
        path="/panel",
        values={"entry": sheet.entry.number},
        now=now,
    )
    return sheet


def _require_own_paper(session: Session, actor: Actor, sheet: ScoreSheet) -> None:
    if not judging.is_own_sheet(actor, sheet):
        raise NotFound
    hold_sheet(session, sheet)
    if sheet.state is not SheetState.SUBMITTED or sheet.scan_sha256 is None:
        raise NotFound

"""A handed-in score sheet goes back to its judge: what stood on it is kept, and the judge is asked again."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.errors import DomainError, msg
from cp_circles.judging import guards, tasks
from cp_circles.judging.chain import record_round_event
from cp_circles.judging.models import RoundJudge, ScoreSheet, SheetState
from cp_circles.judging.queries import panels
from cp_circles.notices.services import assign_task, send_mail
from cp_circles.people.rules import Actor
from cp_circles.scoring.services.locking import point_text
from cp_circles.scoring.services.sheets import hold_sheet


def reopen_sheet(
    session: Session, *, actor: Actor, sheet: ScoreSheet, reason: str, now: datetime
) -> ScoreSheet:
    """The organiser gives a sheet back to its judge, with a reason; what was scored stays as the draft."""
    round_ = sheet.entry.round_
    guards.require_organiser(actor, round_)
    guards.lock_round(session, round_)
    guards.require_unfinished(round_)
    if round_.published_at is not None:
        raise DomainError(msg("The standing is published; only an upheld objection reopens a sheet."))
    return give_back(session, actor=actor, sheet=sheet, reason=guards.require_reason(reason), now=now)


def give_back(session: Session, *, actor: Actor, sheet: ScoreSheet, reason: str, now: datetime) -> ScoreSheet:
    """Open a locked sheet again and tell its judge."""
    round_ = sheet.entry.round_
    hold_sheet(session, sheet)
    if sheet.state not in (SheetState.SUBMITTED, SheetState.ABSTAINED):
        raise DomainError(msg("This sheet is not handed in."))
    before = {
        "state": sheet.state.value,
        "total": point_text(sheet.total) if sheet.total is not None else None,
        "points": dict(sheet.points),
        "sha256": sheet.sha256,
    }
    if sheet.scan_sha256 is not None:
        before["scan"] = sheet.scan_sha256
    if sheet.sha256 is not None:
        sheet.earlier = [*sheet.earlier, _as_handed_in(sheet)]
    sheet.state, sheet.reason, sheet.reopened_at = SheetState.OPEN, reason, now
    sheet.entered_by_id, sheet.scan_sha256, sheet.scan_name, sheet.agreed_at = None, None, "", None
    sheet.total, sheet.sha256, sheet.submitted_at, sheet.version = None, None, None, sheet.version + 1
    session.flush()
    record_round_event(
        session,
        round_=round_,
        actor=actor,
        verb="judging.reopen_sheet",
        subject=sheet,
        at=now,
        reason=reason,
        before=before,
    )
    judge = panels.judge_of(session, sheet.round_id, sheet.judge_id)
    if judge is not None:
        _ask_again(session, sheet, judge, reason, now)
    return sheet


def _as_handed_in(sheet: ScoreSheet) -> dict[str, Any]:
    """What stands on a sheet that is given back, words and scan included; the chain holds their hashes."""
    kept = {
        "handed_in": sheet.submitted_at.isoformat() if sheet.submitted_at else None,
        "total": point_text(sheet.total),
        "points": dict(sheet.points),
        "comments": dict(sheet.comments),
        "comment": sheet.comment,
        "sha256": sheet.sha256,
    }
    if sheet.scan_sha256 is None:
        return kept
    agreed = sheet.agreed_at.isoformat() if sheet.agreed_at else None
    return kept | {"scan": sheet.scan_sha256, "scan_name": sheet.scan_name, "agreed": agreed}


def _ask_again(session: Session, sheet: ScoreSheet, judge: RoundJudge, reason: str, now: datetime) -> None:
    round_, url = sheet.entry.round_, f"/judging/desk/{sheet.entry.blind_key}/{sheet.stage}"
    number = sheet.entry.blind_number or sheet.entry.number
    assign_task(
        session,
        kind=tasks.SCORE,
        subject=judge,
        url=f"{guards.url_of(round_)}/desk",
        to_person=judge.person_id,
        values={"round": round_.name},
        now=now,
    )
    send_mail(
        session,
        to_person=judge.person_id,
        subject=tasks.REOPENED,
        body=tasks.REOPENED_BODY,
        values={"round": round_.name, "entry": str(number), "reason": reason, "url": url},
        now=now,
    )

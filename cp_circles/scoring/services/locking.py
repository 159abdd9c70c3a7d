"""Locking a score sheet: its total, its hash in the round's chain, and what follows from the last one."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.calc.scoring import Criterion, sheet_total
from cp_circles.judging import guards, tasks
from cp_circles.judging.chain import record_round_event, sha256_of
from cp_circles.judging.figures import shown
from cp_circles.judging.models import RoundJudge, ScoreSheet, SheetState
from cp_circles.judging.queries import panels
from cp_circles.judging.services.receipts import send_sheet_receipt
from cp_circles.panels.services.assignments import finish_scoring_task
from cp_circles.people.rules import Actor
from cp_circles.rulesets.schema import Rubric


def lock_sheet(
    session: Session,
    *,
    actor: Actor,
    sheet: ScoreSheet,
    judge: RoundJudge,
    rubric: Rubric,
    verb: str,
    now: datetime,
) -> ScoreSheet:
    """Lock a sheet whose points were found complete: total, hash, one link of the chain, and the receipt."""
    sheet.total = sheet_total(criteria_of(rubric), points_of(sheet)).raw
    sheet.state, sheet.submitted_at, sheet.version = SheetState.SUBMITTED, now, sheet.version + 1
    sheet.sha256 = sha256_of(canonical_sheet(sheet, judge.number))
    session.flush()
    after: dict[str, Any] = {
        "entry": sheet.entry_id,
        "stage": sheet.stage,
        "total": point_text(sheet.total),
        "sha256": sheet.sha256,
    }
    if sheet.scan_sha256 is not None:
        after["scan"] = sheet.scan_sha256
    link = record_round_event(
        session, round_=sheet.entry.round_, actor=actor, verb=verb, subject=sheet, at=now, after=after
    )
    if not panels.has_open_sheet(session, sheet.round_id, sheet.judge_id):
        send_sheet_receipt(session, sheet=sheet, link=link, now=now)
        after_work(session, sheet, now)
    return sheet


def canonical_sheet(sheet: ScoreSheet, judge: int) -> dict[str, Any]:
    """What a judge hands in, as it is hashed: ids, the judge's number, points; words as a hash, no names."""
    content: dict[str, Any] = {
        "round": sheet.round_id,
        "entry": sheet.entry_id,
        "judge": judge,
        "stage": sheet.stage,
        "rubric": sheet.rubric_edition_id,
        "points": dict(sheet.points),
        "words": sha256_of([dict(sheet.comments), sheet.comment]),
        "total": point_text(sheet.total) if sheet.total is not None else None,
    }
    if sheet.scan_sha256 is not None:
        content["scan"] = sheet.scan_sha256
    return content


def criteria_of(rubric: Rubric) -> list[Criterion]:
    """The rubric's criteria as the arithmetic takes them."""
    return [Criterion(row.key, row.points, row.step) for row in rubric.criteria]


def points_of(sheet: ScoreSheet) -> dict[str, Decimal | None]:
    """The stored points as decimals."""
    return {key: Decimal(text) for key, text in sheet.points.items()}


def point_text(value: Decimal | None) -> str:
    """Points as they are stored: the shortest decimal text, nothing for none."""
    return shown(value) or ""


def after_work(session: Session, sheet: ScoreSheet, now: datetime) -> None:
    """Finish the task of a judge whose last sheet is in, and ask the organiser once all are."""
    if sheet.seat is not None:
        finish_scoring_task(session, sheet.seat, now)
    if not panels.has_open_sheet(session, sheet.round_id):
        guards.ask_organiser(
            session, round_=sheet.entry.round_, kind=tasks.COMPUTE, path="/standing", now=now
        )

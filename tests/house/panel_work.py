"""What a panel did together in the worlds of the house tests, written without its services."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.judging.models import Entry, ScoreSheet
from cp_circles.scoring.services.sheets import rubric_of
from cp_circles.sittings.models import Deliberation, Exercise, Talk


def deliberation_of(session: Session, sheet: ScoreSheet, reason: str, now: datetime) -> Deliberation:
    """The entry of a sheet before its panel."""
    row = Deliberation(
        round_id=sheet.round_id,
        entry_id=sheet.entry_id,
        stage=sheet.stage,
        reason=reason,
        present=[],
        opened_at=now,
    )
    return kept(session, row)


def talk_of(session: Session, entry: Entry) -> Talk:
    """The entry in the queue of the talks."""
    return kept(session, Talk(round_id=entry.round_id, entry_id=entry.id, position=1))


def exercise_of(session: Session, sheet: ScoreSheet, text: str, blob: str, now: datetime) -> Exercise:
    """An exercise on the rubric of a sheet, with the best points as reference."""
    row = Exercise(
        round_id=sheet.round_id,
        stage=sheet.stage,
        rubric_edition_id=sheet.rubric_edition_id,
        title="示例",
        text=text,
        file_sha256=blob,
        file_name="示例.png",
        reference={row.key: str(row.points) for row in rubric_of(session, sheet).criteria},
        created_at=now,
    )
    return kept(session, row)


def scan_of(sheet: ScoreSheet, blob: str, agreed_at: datetime | None = None) -> None:
    """A handed-in sheet as one that was entered from paper."""
    sheet.scan_sha256, sheet.scan_name, sheet.agreed_at = blob, "扫描件.png", agreed_at


def kept(session: Session, row: Any) -> Any:
    """The row with its id."""
    session.add(row)
    session.flush()
    return row

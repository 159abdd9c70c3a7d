"""Receipts by mail: what a judge handed in, and what a team's entry was at publication, with their hashes."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.models import Event
from cp_circles.judging import tasks
from cp_circles.judging.models import Entry, EntryState, Round, ScoreSheet, SheetState
from cp_circles.notices.services import send_letters, send_mail
from cp_circles.results.models import Result

URL = "/trust/receipts"


def send_sheet_receipt(session: Session, *, sheet: ScoreSheet, link: Event, now: datetime) -> None:
    """Write to a judge whose last open sheet is in: its hash, and the link that stands over all of them."""
    handed_in = session.scalar(
        sa.select(sa.func.count(ScoreSheet.id)).where(
            ScoreSheet.round_id == sheet.round_id,
            ScoreSheet.judge_id == sheet.judge_id,
            ScoreSheet.state == SheetState.SUBMITTED,
        )
    )
    values = {
        "round": sheet.entry.round_.name,
        "count": handed_in,
        "sheet": sheet.sha256,
        "receipt": f"{sheet.round_id}-{link.position}-{link.hash}",
        "url": URL,
    }
    send_mail(
        session,
        to_person=sheet.judge_id,
        subject=tasks.SHEETS_RECEIPT,
        body=tasks.SHEETS_RECEIPT_BODY,
        values=values,
        now=now,
    )


def send_entry_receipts(session: Session, *, round_: Round, head: Event, now: datetime) -> None:
    """Write to everybody who entered a judged result: package hash, number of sheets, published head."""
    entries = session.execute(
        sa.select(Entry.id, Entry.submitted_by_id, Result.title, Result.sha256)
        .join(Result, Entry.result_id == Result.id)
        .where(
            Entry.round_id == round_.id,
            Entry.state == EntryState.SCORED,
            Entry.submitted_by_id.is_not(None),
        )
        .order_by(Entry.number)
    ).all()
    counted = session.execute(
        sa.select(ScoreSheet.entry_id, sa.func.count(ScoreSheet.id))
        .where(ScoreSheet.round_id == round_.id, ScoreSheet.state == SheetState.SUBMITTED)
        .group_by(ScoreSheet.entry_id)
    )
    sheets = {entry_id: count for entry_id, count in counted}
    shared = {"round": round_.name, "place": head.position, "head": head.hash, "url": URL}
    letters = [
        (
            entry.submitted_by_id,
            shared | {"title": entry.title, "package": entry.sha256, "count": sheets.get(entry.id, 0)},
        )
        for entry in entries
    ]
    send_letters(
        session, letters=letters, subject=tasks.ENTRY_RECEIPT, body=tasks.ENTRY_RECEIPT_BODY, now=now
    )

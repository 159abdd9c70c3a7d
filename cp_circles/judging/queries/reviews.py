"""Formal reviews of an entry, and what the records say to the points of their checklist."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.judging.models import Entry
from cp_circles.judging.outcome_models import EntryReview
from cp_circles.judging.queries.entries import unconfirmed_pages
from cp_circles.results.models import ResultState
from cp_circles.rulesets.schema import RoundRule

RECENT = timedelta(days=2 * 366)
FEWEST, MOST = 3, 10


def reviews_of(session: Session, entry_id: int) -> Sequence[EntryReview]:
    """The formal reviews of an entry, newest first: one statement."""
    return session.scalars(
        sa.select(EntryReview).where(EntryReview.entry_id == entry_id).order_by(EntryReview.id.desc())
    ).all()


def found_answers(session: Session, entry: Entry, rule: RoundRule) -> dict[str, str]:
    """What the records answer to the points that they can answer: 'yes' or 'no' by key; one statement."""
    return {
        check.key: "yes" if FOUND[check.found](session, entry) else "no"
        for check in rule.formal_checks
        if check.found is not None
    }


def _part(entry: Entry, name: str) -> Mapping[str, Any]:
    part = (entry.result.package or {}).get(name) or {}
    return part if isinstance(part, Mapping) else {}


def _rows(entry: Entry, name: str) -> Sequence[Any]:
    return list((entry.result.package or {}).get(name) or ())


def _is_frozen(session: Session, entry: Entry) -> bool:
    return entry.result.state is ResultState.FROZEN and entry.result.sha256 is not None


def _is_recent(session: Session, entry: Entry) -> bool:
    text, frozen_at = _part(entry, "project").get("ends_on"), entry.result.frozen_at
    ended = date.fromisoformat(text) if text else frozen_at.date() if frozen_at else None
    return ended is not None and entry.submitted_at.date() - ended <= RECENT


def _is_registered(session: Session, entry: Entry) -> bool:
    return bool(_part(entry, "circle").get("number") and _part(entry, "project").get("number"))


def _is_signed(session: Session, entry: Entry) -> bool:
    savings = _rows(entry, "savings")
    return not savings or any(row.get("verified") for row in savings)


def _has_evidence(session: Session, entry: Entry) -> bool:
    return bool(_rows(entry, "evidence"))


def _is_of_size(session: Session, entry: Entry) -> bool:
    return FEWEST <= len(_part(entry, "circle").get("members") or ()) <= MOST


def _is_blinded(session: Session, entry: Entry) -> bool:
    waiting = unconfirmed_pages(session, [entry.result_id]).get(entry.result_id, 0)
    return entry.result.blind_ready_at is not None and not waiting


def _came_up(session: Session, entry: Entry) -> bool:
    return entry.from_entry_id is not None


FOUND: Mapping[str, Callable[[Session, Entry], bool]] = {
    "frozen": _is_frozen,
    "recent": _is_recent,
    "registered": _is_registered,
    "signed": _is_signed,
    "evidence": _has_evidence,
    "people": _is_of_size,
    "blind": _is_blinded,
    "scored_below": _came_up,
}

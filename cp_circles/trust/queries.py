"""Published heads, and the receipts of judges and teams: a fixed number of statements each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, defer, joinedload

from cp_circles.db.models import Event
from cp_circles.db.paging import PAGE_SIZE, Page, page_of
from cp_circles.judging.chain import PLATFORM, PUBLISHES_HEAD, last_of, link_hash
from cp_circles.judging.models import Entry, Round, ScoreSheet, SheetState
from cp_circles.judging.queries.rounds import own_circle_ids
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor
from cp_circles.projects.models import Project
from cp_circles.results.models import Result
from cp_circles.trust.receipts import Checked, Code, EntryReceipt, SheetReceipt, code_of


@dataclass(frozen=True)
class Head:
    """A link of the platform's chain that publishes the head of a round's chain."""

    place: int
    at: datetime
    hash: str
    round_name: str
    public_key: str
    position: int
    round_hash: str


def heads(session: Session, *, number: int = 1, size: int = PAGE_SIZE) -> Page[Head]:
    """The published heads, newest first: three statements."""
    wanted = sa.select(Event).where(Event.chain == PLATFORM, Event.verb == PUBLISHES_HEAD)
    page = page_of(session, wanted.order_by(Event.position.desc()), number=number, size=size)
    rounds = _rounds(session, {event.subject_id for event in page.rows})
    return Page([_head(event, rounds) for event in page.rows], page.total, page.number, page.size)


def newest_head(session: Session) -> Event | None:
    """The newest link of the platform's chain."""
    return last_of(session, PLATFORM)


def checked(session: Session, code: Code) -> Checked | None:
    """What stands in the chain at a receipt's place; None unless that link still gives the receipt's hash."""
    event = session.scalar(
        sa.select(Event).where(Event.chain == f"round:{code.round_id}", Event.position == code.position)
    )
    if event is None or event.hash != code.hash or link_hash(event) != code.hash:
        return None
    round_ = _rounds(session, {code.round_id}).get(code.round_id)
    shown = round_ is not None and round_.announced_at is not None
    cover = _cover(session, code)
    return Checked(
        code=code,
        verb=event.verb,
        at=event.at,
        sha256=str((event.after or {}).get("sha256") or ""),
        round_name=round_.name if round_ is not None and shown else "",
        public_key=round_.public_key if round_ is not None and shown else "",
        head_place=cover.position if cover else None,
        head_hash=str(cover.hash) if cover else "",
    )


def sheet_receipts(
    session: Session, *, actor: Actor, number: int = 1, size: int = PAGE_SIZE
) -> Page[SheetReceipt]:
    """The judge's own sheets that are handed in, newest first: three statements."""
    wanted = (
        sa.select(ScoreSheet)
        .join(ScoreSheet.entry)
        .join(Entry.round_)
        .options(contains_eager(ScoreSheet.entry).contains_eager(Entry.round_))
        .where(ScoreSheet.judge_id == actor.person_id, ScoreSheet.state == SheetState.SUBMITTED)
        .order_by(ScoreSheet.submitted_at.desc(), ScoreSheet.id.desc())
    )
    page = page_of(session, wanted, number=number, size=size)
    links = _links(session, ScoreSheet.__tablename__, [sheet.id for sheet in page.rows], "sha256")
    rows = [_sheet_receipt(sheet, links[sheet.id]) for sheet in page.rows if sheet.id in links]
    return Page(rows, page.total, page.number, page.size)


def entry_receipts(
    session: Session, *, actor: Actor, number: int = 1, size: int = PAGE_SIZE
) -> Page[EntryReceipt]:
    """The entries of one's circles, and of one's company for its department: a fixed number of statements."""
    companies = actor.scopes(Role.DEPARTMENT, ScopeKind.COMPANY)
    own = sa.or_(Project.circle_id.in_(own_circle_ids(session, actor)), Project.company_id.in_(companies))
    wanted = (
        sa.select(Entry)
        .join(Entry.result)
        .join(Result.project)
        .options(
            joinedload(Entry.round_),
            contains_eager(Entry.result).options(defer(Result.package), defer(Result.blind_package)),
        )
        .where(own)
        .order_by(Entry.submitted_at.desc(), Entry.id.desc())
    )
    page = page_of(session, wanted, number=number, size=size)
    ids = [entry.id for entry in page.rows]
    links, counts = _links(session, Entry.__tablename__, ids, "sha256"), _sheet_counts(session, ids)
    rows = [_entry_receipt(entry, links[entry.id], counts) for entry in page.rows if entry.id in links]
    return Page(rows, page.total, page.number, page.size)


def _head(event: Event, rounds: dict[int, Round]) -> Head:
    published, round_ = event.after or {}, rounds.get(event.subject_id)
    return Head(
        place=event.position or 0,
        at=event.at,
        hash=str(event.hash),
        round_name=round_.name if round_ else "",
        public_key=round_.public_key if round_ and round_.announced_at else "",
        position=int(published.get("position") or 0),
        round_hash=str(published.get("hash") or ""),
    )


def _rounds(session: Session, ids: Collection[int]) -> dict[int, Round]:
    return {row.id: row for row in session.scalars(sa.select(Round).where(Round.id.in_(ids)))}


def _cover(session: Session, code: Code) -> Event | None:
    """The first published head at or behind a receipt's place."""
    published = session.scalars(
        sa.select(Event)
        .where(
            Event.chain == PLATFORM,
            Event.subject_kind == Round.__tablename__,
            Event.subject_id == code.round_id,
            Event.verb == PUBLISHES_HEAD,
        )
        .order_by(Event.position)
    )
    return next((e for e in published if int((e.after or {}).get("position") or 0) >= code.position), None)


def _links(session: Session, kind: str, ids: Sequence[int], key: str) -> dict[int, Event]:
    """The last link about each of the rows that carries a value under the key."""
    events = session.scalars(
        sa.select(Event)
        .where(Event.subject_kind == kind, Event.subject_id.in_(list(ids)), Event.chain.is_not(None))
        .order_by(Event.id)
    )
    return {event.subject_id: event for event in events if key in (event.after or {})}


def _sheet_counts(session: Session, entry_ids: Sequence[int]) -> dict[int, int]:
    rows = session.execute(
        sa.select(ScoreSheet.entry_id, sa.func.count(ScoreSheet.id))
        .where(ScoreSheet.entry_id.in_(list(entry_ids)), ScoreSheet.state == SheetState.SUBMITTED)
        .group_by(ScoreSheet.entry_id)
    )
    return {entry_id: count for entry_id, count in rows}


def _sheet_receipt(sheet: ScoreSheet, event: Event) -> SheetReceipt:
    entry = sheet.entry
    return SheetReceipt(
        round_name=entry.round_.name,
        round_id=entry.round_id,
        label=entry.blind_number or f"{entry.number:02d}",
        stage=sheet.stage,
        sha256=sheet.sha256 or "",
        at=event.at,
        code=code_of(event),
    )


def _entry_receipt(entry: Entry, event: Event, counts: dict[int, int]) -> EntryReceipt:
    published = entry.round_.published_at is not None
    return EntryReceipt(
        round_name=entry.round_.name,
        round_id=entry.round_id,
        entry_id=entry.id,
        title=entry.result.title,
        sha256=str((event.after or {}).get("sha256") or ""),
        at=event.at,
        code=code_of(event),
        sheets=counts.get(entry.id, 0) if published else None,
    )

"""The page images of the blind copy: ordered at the freeze, drawn by a job, kept in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pypdfium2
from sqlalchemy.orm import Session

from cp_circles.db.engine import take_turns
from cp_circles.db.events import record_event
from cp_circles.db.jobs import enqueue_job
from cp_circles.errors import msg
from cp_circles.files.models import Blob
from cp_circles.files.queries import blobs_by_hash, open_blob
from cp_circles.files.services import store_blob
from cp_circles.files.storage import Storage
from cp_circles.notices.services import assign_task
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import SYSTEM
from cp_circles.results import pages, rules
from cp_circles.results.models import BlindPage, Result
from cp_circles.results.queries import BLIND_COPY, blind_copy_key

LABEL_MAX = 80
CONFIRM_PAGES = msg("Confirm the blind pages of result %(title)s")
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Drawn:
    """One page as judges may come to see it: where it comes from, its masked label, its PNG."""

    label: str
    source_sha256: str
    page_number: int
    image: bytes


def quiet(done: int, total: int) -> None:
    """Tell nobody how far it has come."""


def order_blind_copy(session: Session, *, result: Result, now: datetime) -> None:
    """Put the drawing of the pages into the queue; without a picture or PDF the copy is ready at once."""
    if not _sources(session, result):
        result.blind_ready_at = now
        session.flush()
        return
    enqueue_job(
        session, kind=BLIND_COPY, key=blind_copy_key(result.id), payload={"result": result.id}, now=now
    )


def draw_pages(
    session: Session, storage: Storage, *, result: Result, progress: Progress = quiet
) -> list[Drawn]:
    """Render every picture and PDF page of the frozen evidence anew; reads only, and reports page by page.

    Labels are the masked titles of the blind package. At most `pages.MOST_PAGES` are drawn; a file that
    cannot be rendered, and other kinds of files, are not shown to judges.
    """
    contents = []
    for blob, label in _sources(session, result):
        with open_blob(storage, blob) as stream:
            contents.append((blob, label, stream.read()))
    wanted = [
        (blob, label, content, number)
        for blob, label, content in contents
        for number in range(1, _count(content, blob) + 1)
    ][: pages.MOST_PAGES]
    drawn = []
    for done, (blob, label, content, number) in enumerate(wanted, start=1):
        image = _image(content, blob, number)
        if image is not None:
            drawn.append(Drawn(label[:LABEL_MAX], blob.sha256, number, image))
        progress(done, len(wanted))
    return drawn


def keep_pages(
    session: Session, storage: Storage, *, result: Result, drawn: list[Drawn], now: datetime
) -> int:
    """Store the drawn pages, unconfirmed, and ask for their confirmation; done once, gives how many.

    A result that is no longer frozen, or whose copy is ready already, is left as it is.
    """
    take_turns(session, f"result:{result.id}")
    session.refresh(result)
    if result.blind_ready_at is not None or not rules.is_frozen(result):
        return 0
    for position, page in enumerate(drawn, start=1):
        shown = store_blob(session, storage, page.image, "page.png", now)
        result.blind_pages.append(
            BlindPage(
                position=position,
                label=page.label,
                source_sha256=page.source_sha256,
                page_number=page.page_number,
                boxes=[],
                shown_sha256=shown.sha256,
            )
        )
    result.blind_ready_at = now
    session.flush()
    record_event(
        session,
        actor=SYSTEM,
        verb="results.make_blind_copy",
        subject=result,
        company_id=result.project.company_id,
        after={"pages": len(drawn)},
        at=now,
    )
    if drawn:
        _ask_to_confirm(session, result, now)
    return len(drawn)


def make_blind_pages(session: Session, storage: Storage, *, result: Result, now: datetime) -> int:
    """Draw and keep the pages in the caller's transaction; for commands, where nobody waits for an answer."""
    drawn = draw_pages(session, storage, result=result)
    return keep_pages(session, storage, result=result, drawn=drawn, now=now)


def _sources(session: Session, result: Result) -> list[tuple[Blob, str]]:
    """The frozen evidence that has pages, each file with its masked title, in the package's order."""
    listed = (result.package or {}).get("evidence", [])
    masked = (result.blind_package or {}).get("evidence", [])
    blobs = blobs_by_hash(session, [row["sha256"] for row in listed])
    paired = [(blobs.get(row["sha256"]), twin["title"]) for row, twin in zip(listed, masked, strict=True)]
    return [(blob, title) for blob, title in paired if blob is not None and pages.has_pages(blob.media_type)]


def _count(content: bytes, blob: Blob) -> int:
    try:
        return pages.page_count(content, blob.media_type)
    except (OSError, ValueError, pypdfium2.PdfiumError):
        return 0


def _image(content: bytes, blob: Blob, number: int) -> bytes | None:
    try:
        return pages.painted(pages.rendered(content, blob.media_type, number), [])
    except (OSError, ValueError, pypdfium2.PdfiumError):
        return None


def _ask_to_confirm(session: Session, result: Result, now: datetime) -> None:
    values: dict[str, Any] = {"title": result.title}
    assign_task(
        session,
        kind=CONFIRM_PAGES,
        subject=result,
        url=f"/results/{result.id}/blind",
        to_role=Role.DEPARTMENT,
        scope_kind=ScopeKind.COMPANY,
        scope_id=result.project.company_id,
        values=values,
        now=now,
    )

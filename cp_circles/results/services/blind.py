"""The blind pages: painted by the circle, confirmed one by one by somebody else."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, NotAllowed, NotFound, msg
from cp_circles.files.models import Blob
from cp_circles.files.queries import blob_by_hash, open_blob
from cp_circles.files.services import store_blob
from cp_circles.files.storage import Storage
from cp_circles.notices.services import finish_tasks
from cp_circles.people.rules import Actor
from cp_circles.results import pages, queries, rules
from cp_circles.results.models import BlindPage, Result


def paint_boxes(
    session: Session,
    storage: Storage,
    *,
    actor: Actor,
    page: BlindPage,
    boxes: Sequence[Any],
    now: datetime,
) -> BlindPage:
    """Cover faces, names and logos; the page has to be confirmed again."""
    result = page.result
    if not rules.can_see_result(actor, result):
        raise NotFound
    if not (rules.can_paint(actor, result) or rules.can_confirm_blind_page(actor, result)):
        raise NotAllowed(msg("Only members of the circle, or whoever confirms, cover parts of a page."))
    _require_frozen(result)
    checked = pages.checked_boxes(boxes)
    before = list(page.boxes)
    page.boxes = checked
    page.confirmed_at = page.confirmed_by_id = None
    page.shown_sha256 = _stored_image(session, storage, page, now).sha256
    session.flush()
    _note(
        session,
        actor,
        result,
        page,
        "results.paint_boxes",
        now,
        before={"boxes": before},
        after={"boxes": checked},
    )
    return page


def confirm_blind_page(
    session: Session,
    *,
    actor: Actor,
    page: BlindPage,
    entered: bool = False,
    now: datetime,
) -> BlindPage:
    """Confirm that nothing on a page tells whose it is; only then is it shown to judges."""
    result = page.result
    if not rules.can_see_result(actor, result, entered=entered):
        raise NotFound
    if not rules.can_confirm_blind_page(actor, result, entered=entered):
        raise NotAllowed(
            msg("A blind page is confirmed by the department or the formal reviewer, not by the circle.")
        )
    _require_frozen(result)
    if page.confirmed_at is not None:
        raise DomainError(msg("This page is confirmed already."))
    page.confirmed_at = now
    page.confirmed_by_id = actor.person_id
    session.flush()
    after = {"page": page.position, "shown": page.shown_sha256}
    _note(session, actor, result, page, "results.confirm_blind_page", now, after=after)
    if not queries.unconfirmed_counts(session, [result.id]):
        finish_tasks(session, subject=result, now=now)
    return page


def _stored_image(session: Session, storage: Storage, page: BlindPage, now: datetime) -> Blob:
    blob = blob_by_hash(session, page.source_sha256)
    with open_blob(storage, blob) as stream:
        content = stream.read()
    image = pages.painted(pages.rendered(content, blob.media_type, page.page_number), page.boxes)
    return store_blob(session, storage, image, "page.png", now)


def _require_frozen(result: Result) -> None:
    if not rules.is_frozen(result):
        raise DomainError(msg("Blind pages belong to a frozen result."))


def _note(
    session: Session, actor: Actor, result: Result, page: BlindPage, verb: str, now: datetime, **more: Any
) -> None:
    after = {"page": page.position} | more.pop("after", {})
    record_event(
        session,
        actor=actor,
        verb=verb,
        subject=result,
        company_id=result.project.company_id,
        after=after,
        at=now,
        **more,
    )

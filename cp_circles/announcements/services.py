"""Announcing, confirming and withdrawing."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.announcements import queries, rules
from cp_circles.announcements.models import Announcement, AnnouncementFile, AnnouncementRead
from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, NotAllowed, msg
from cp_circles.files.models import Blob
from cp_circles.notices.rules import ANNOUNCEMENT_SUBJECT
from cp_circles.notices.services import send_mails
from cp_circles.organisations.models import Region
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor


def announce(
    session: Session,
    *,
    actor: Actor,
    title: str,
    text: str,
    scope_kind: ScopeKind,
    scope_id: int,
    starts_on: date,
    ends_on: date | None = None,
    roles: Sequence[Role] = (),
    pinned: bool = False,
    by_mail: bool = False,
    files: Sequence[tuple[Blob, str]] = (),
    today: date,
    now: datetime,
) -> Announcement:
    """Announce something to a scope; its mails are put into the outbox on its first day."""
    region = session.get(Region, scope_id) if scope_kind is ScopeKind.REGION else None
    path = region.path if region else None
    if not rules.can_announce_to(actor, scope_kind, scope_id, path):
        raise NotAllowed(msg("You announce to your own company or region only."))
    if ends_on is not None and ends_on < max(starts_on, today):
        raise Invalid(msg("The last day lies before the first, or is over."), field="ends_on")
    if not title.strip() or not text.strip():
        raise Invalid(msg("An announcement needs a title and a text."), field="title")
    made = Announcement(
        title=title.strip(),
        text=text.strip(),
        scope_kind=scope_kind,
        scope_id=scope_id,
        region_path=path,
        roles=[role.value for role in roles],
        starts_on=starts_on,
        ends_on=ends_on,
        pinned=pinned,
        by_mail=by_mail,
        created_by_id=actor.person_id,
        created_at=now,
        files=[AnnouncementFile(sha256=blob.sha256, name=name) for blob, name in files],
    )
    session.add(made)
    session.flush()
    record_event(
        session,
        actor=actor,
        verb="announcements.announce",
        subject=made,
        company_id=scope_id if scope_kind is ScopeKind.COMPANY else None,
        after={"scope": scope_kind.value, "scope_id": scope_id, "roles": made.roles, "files": len(files)},
        at=now,
    )
    if by_mail and made.is_current(today):
        _mail(session, made, now)
    return made


def confirm_reading(
    session: Session, *, actor: Actor, announcement: Announcement, now: datetime
) -> AnnouncementRead:
    """Note that the actor has read it; once is enough, and who it was is never listed."""
    if actor.person_id is None:
        raise NotAllowed(msg("Only a person can confirm to have read something."))
    found = session.scalar(
        sa.select(AnnouncementRead).where(
            AnnouncementRead.announcement_id == announcement.id,
            AnnouncementRead.person_id == actor.person_id,
        )
    )
    if found is None:
        found = AnnouncementRead(announcement_id=announcement.id, person_id=actor.person_id, at=now)
        session.add(found)
        session.flush()
    return found


def withdraw(
    session: Session, *, actor: Actor, announcement: Announcement, reason: str, now: datetime
) -> Announcement:
    """Take an announcement back with a reason; it stays in the list of who may manage it."""
    if not rules.can_manage(actor, announcement):
        raise NotAllowed(msg("You announce to your own company or region only."))
    if announcement.withdrawn_at is not None:
        raise DomainError(msg("This announcement is withdrawn already."))
    if not reason.strip():
        raise Invalid(msg("Please give the reason; the people concerned will read it."), field="reason")
    announcement.withdrawn_at, announcement.withdraw_reason = now, reason.strip()
    session.flush()
    record_event(
        session,
        actor=actor,
        verb="announcements.withdraw",
        subject=announcement,
        company_id=announcement.scope_id if announcement.scope_kind is ScopeKind.COMPANY else None,
        reason=reason,
        at=now,
    )
    return announcement


def mail_announcements(session: Session, now: datetime, zone: ZoneInfo) -> list[Announcement]:
    """Put the mails of announcements into the outbox whose first day has come."""
    due = list(queries.to_mail(session, now.astimezone(zone).date()))
    for announcement in due:
        _mail(session, announcement, now)
    return due


def _mail(session: Session, announcement: Announcement, now: datetime) -> None:
    """One mail for everybody it is for, except who wrote it."""
    values = {
        "title": announcement.title,
        "text": announcement.text,
        "url": f"/announcements/{announcement.id}",
    }
    people = queries.audience_of(session, announcement, now)
    send_mails(
        session,
        to_people=[id_ for id_ in people if id_ != announcement.created_by_id],
        subject=ANNOUNCEMENT_SUBJECT,
        body="%(text)s",
        values=values,
        now=now,
    )
    announcement.mailed_at = now
    session.flush()

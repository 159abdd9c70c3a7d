"""Announcements as they are asked for: a reader's own, and those that one may manage."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from cp_circles.announcements.models import Announcement, AnnouncementFile, AnnouncementRead
from cp_circles.announcements.rules import can_manage
from cp_circles.db.paging import PAGE_SIZE, Page, page_of
from cp_circles.errors import NotFound
from cp_circles.organisations.models import Company, Region
from cp_circles.people.models import Employment, Grant, Person, Role, ScopeKind
from cp_circles.people.queries import is_live
from cp_circles.people.rules import Actor

Place = Region | Company


def is_current(today: date) -> sa.ColumnElement[bool]:
    """The condition under which an announcement is shown to those it is for."""
    return sa.and_(
        Announcement.withdrawn_at.is_(None),
        Announcement.starts_on <= today,
        sa.or_(Announcement.ends_on.is_(None), Announcement.ends_on >= today),
    )


def reaches(session: Session, actor: Actor) -> sa.ColumnElement[bool]:
    """The condition under which an announcement is for this person: one statement for where they work.

    A region's announcement reaches who works in it or below it, and officials of it, above or below it.
    """
    if actor.person_id is None:
        return sa.false()
    works_at = sa.select(Employment.company_id).where(
        Employment.person_id == actor.person_id, Employment.ended_on.is_(None)
    )
    places = session.execute(
        sa.select(Company.id, Region.path)
        .join(Company.region)
        .where(sa.or_(Company.id.in_(works_at), Company.id.in_(sorted(actor.company_ids))))
    ).all()
    paths = {path for _, path in places} | set(actor.overseen_paths)
    above = {int(part) for path in paths for part in path.strip("/").split("/")}
    inside = [Announcement.region_path.startswith(path) for path in actor.overseen_paths]
    scope = sa.or_(
        Announcement.scope_kind == ScopeKind.PLATFORM,
        sa.and_(
            Announcement.scope_kind == ScopeKind.REGION,
            sa.or_(Announcement.scope_id.in_(sorted(above)), *inside),
        ),
        sa.and_(
            Announcement.scope_kind == ScopeKind.COMPANY,
            Announcement.scope_id.in_([id_ for id_, _ in places]),
        ),
    )
    return scope


def _is_for(announcement: Announcement, actor: Actor) -> bool:
    return not announcement.roles or actor.holds_any(*announcement.addressed_roles)


def announcements_for(session: Session, *, actor: Actor, today: date) -> list[Announcement]:
    """What is announced to the actor now, the pinned first, then the newest: three statements."""
    found = session.scalars(
        sa.select(Announcement)
        .options(selectinload(Announcement.files))
        .where(is_current(today), reaches(session, actor))
        .order_by(Announcement.pinned.desc(), Announcement.starts_on.desc(), Announcement.id.desc())
        .limit(500)
    ).all()
    return [row for row in found if _is_for(row, actor)]


def unread_for(session: Session, *, actor: Actor, today: date, limit: int = 3) -> list[Announcement]:
    """The first of what is announced to the actor and not yet confirmed."""
    found = announcements_for(session, actor=actor, today=today)
    done = read_by(session, actor, found)
    return [row for row in found if row.id not in done][:limit]


def read_by(session: Session, actor: Actor, announcements: Sequence[Announcement]) -> set[int]:
    """The ids among these that the actor has confirmed."""
    return set(
        session.scalars(
            sa.select(AnnouncementRead.announcement_id).where(
                AnnouncementRead.person_id == actor.person_id,
                AnnouncementRead.announcement_id.in_([row.id for row in announcements]),
            )
        )
    )


def managed_by(session: Session, *, actor: Actor, page: int = 1, size: int = PAGE_SIZE) -> Page[Announcement]:
    """A page of all announcements that the actor may manage, newest first."""
    statement = (
        sa.select(Announcement)
        .options(joinedload(Announcement.created_by))
        .order_by(Announcement.starts_on.desc(), Announcement.id.desc())
    )
    if not actor.is_administrator:
        kept = actor.scopes(Role.DEPARTMENT, ScopeKind.COMPANY)
        statement = statement.where(
            sa.or_(
                sa.and_(
                    Announcement.scope_kind == ScopeKind.COMPANY, Announcement.scope_id.in_(sorted(kept))
                ),
                *(Announcement.region_path.startswith(path) for path in actor.overseen_paths),
            )
        )
    return page_of(session, statement, number=page, size=size)


def announcement_for(session: Session, *, actor: Actor, announcement_id: int, today: date) -> Announcement:
    """The announcement, if it is for the actor now or theirs to manage; NotFound otherwise."""
    found = session.scalar(
        sa.select(Announcement)
        .options(selectinload(Announcement.files), joinedload(Announcement.created_by))
        .where(Announcement.id == announcement_id)
    )
    if found is None:
        raise NotFound
    if can_manage(actor, found):
        return found
    reached = sa.select(Announcement.id).where(
        Announcement.id == announcement_id, is_current(today), reaches(session, actor)
    )
    if session.scalar(reached) is None or not _is_for(found, actor):
        raise NotFound
    return found


def file_of(session: Session, announcement: Announcement, file_id: int) -> AnnouncementFile:
    """One attachment of this very announcement; NotFound if it is another's."""
    found = session.scalar(
        sa.select(AnnouncementFile)
        .options(joinedload(AnnouncementFile.blob))
        .where(AnnouncementFile.id == file_id, AnnouncementFile.announcement_id == announcement.id)
    )
    if found is None:
        raise NotFound
    return found


def read_counts(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """How many people have confirmed each announcement: one statement."""
    rows = session.execute(
        sa.select(AnnouncementRead.announcement_id, sa.func.count())
        .where(AnnouncementRead.announcement_id.in_(list(ids)))
        .group_by(AnnouncementRead.announcement_id)
    )
    return {id_: count for id_, count in rows}


def audience_of(session: Session, announcement: Announcement, now: datetime) -> list[int]:
    """The ids of the active people with an account that an announcement is for: one statement."""
    companies = sa.select(Company.id).join(Company.region)
    regions = sa.select(Region.id)
    if announcement.scope_kind is ScopeKind.COMPANY:
        companies = companies.where(Company.id == announcement.scope_id)
        regions = regions.where(sa.false())
    elif announcement.scope_kind is ScopeKind.REGION:
        path = announcement.region_path or "-"
        companies = companies.where(Region.path.startswith(path))
        up = [int(part) for part in path.strip("/").split("/") if part.isdecimal()]
        regions = regions.where(sa.or_(Region.path.startswith(path), Region.id.in_(up)))
    people = sa.select(Person.id).where(Person.active, Person.password_hash.is_not(None))
    if announcement.scope_kind is not ScopeKind.PLATFORM:
        placed = [
            Person.id.in_(
                sa.select(Employment.person_id).where(
                    Employment.company_id.in_(companies), Employment.ended_on.is_(None)
                )
            ),
            Person.id.in_(_holding(now, ScopeKind.COMPANY, companies)),
            Person.id.in_(_holding(now, ScopeKind.REGION, regions).where(Grant.role == Role.OFFICIAL)),
        ]
        people = people.where(sa.or_(*placed))
    if announcement.roles:
        holds = sa.select(Grant.person_id).where(is_live(now), Grant.role.in_(announcement.addressed_roles))
        people = people.where(Person.id.in_(holds))
    return list(session.scalars(people.order_by(Person.id)))


def _holding(now: datetime, kind: ScopeKind, scopes: sa.Select[int]) -> sa.Select[int]:
    return sa.select(Grant.person_id).where(
        is_live(now), Grant.scope_kind == kind, Grant.scope_id.in_(scopes)
    )


def to_mail(session: Session, today: date) -> Sequence[Announcement]:
    """The announcements whose day has come and whose mail has not gone out yet."""
    return session.scalars(
        sa.select(Announcement)
        .where(is_current(today), Announcement.by_mail, Announcement.mailed_at.is_(None))
        .order_by(Announcement.id)
    ).all()


def scopes_for(session: Session, actor: Actor) -> list[tuple[ScopeKind, int, str | None, Place | None]]:
    """Where the actor may announce: (kind, id, path of a region, the place itself); None: platform."""
    found: list[tuple[ScopeKind, int, str | None, Place | None]] = []
    if actor.is_administrator:
        found.append((ScopeKind.PLATFORM, 0, None, None))
    regions = session.scalars(
        sa.select(Region).where(Region.path.in_(actor.overseen_paths)).order_by(Region.code)
    )
    found += [(ScopeKind.REGION, row.id, row.path, row) for row in regions]
    kept = actor.scopes(Role.DEPARTMENT, ScopeKind.COMPANY)
    companies = session.scalars(sa.select(Company).where(Company.id.in_(sorted(kept))).order_by(Company.name))
    return [*found, *((ScopeKind.COMPANY, row.id, None, row) for row in companies)]


def scopes_of(session: Session, announcements: Sequence[Announcement]) -> dict[int, Place | None]:
    """The region or company of each announcement, by its id; None for the platform: two statements."""
    of_kind = {
        kind: {row.scope_id for row in announcements if row.scope_kind is kind}
        for kind in (ScopeKind.REGION, ScopeKind.COMPANY)
    }
    places: dict[tuple[ScopeKind, int], Place] = {}
    for region in session.scalars(sa.select(Region).where(Region.id.in_(of_kind[ScopeKind.REGION]))):
        places[ScopeKind.REGION, region.id] = region
    for company in session.scalars(sa.select(Company).where(Company.id.in_(of_kind[ScopeKind.COMPANY]))):
        places[ScopeKind.COMPANY, company.id] = company
    return {row.id: places.get((row.scope_kind, row.scope_id)) for row in announcements}

"""What a text is found in: each group is a list that its reader has anyway, narrowed by the text."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from cp_circles.awards.queries import awards_found
from cp_circles.circles.queries import circles_listed
from cp_circles.db.paging import Page, page_of
from cp_circles.db.triples import narrowed
from cp_circles.errors import msg
from cp_circles.ledger.models import Basis, LedgerRow
from cp_circles.organisations.models import Company
from cp_circles.organisations.queries import companies_listed
from cp_circles.people.models import Employment, Person, Role, ScopeKind
from cp_circles.people.rules import Actor
from cp_circles.projects.models import Project
from cp_circles.projects.queries import projects_listed
from cp_circles.results.queries import results_listed

FEW, MANY, MOST = 5, 25, 500
LONGEST = 60
Listing = Callable[..., Page[Any]]


@dataclass(frozen=True)
class Group:
    """A kind of records that can be found; visitors are shown the public ones only."""

    key: str
    title: str
    icon: str
    find: Listing
    is_public: bool = False


def _of_actor(listed: Callable[..., Page[Any]]) -> Listing:
    def find(session: Session, *, actor: Actor, text: str, page: int, size: int) -> Page[Any]:
        return listed(session, actor=actor, text=text, page=page, size=size, most=MOST)

    return find


def people_found(
    session: Session, *, actor: Actor, text: str, page: int, size: int, most: int = MOST
) -> Page[Any]:
    """People by name who work where the actor works or keeps the staff; the administrator finds everybody."""
    statement = (
        sa.select(Employment)
        .join(Employment.person)
        .join(Employment.company)
        .options(joinedload(Employment.person), joinedload(Employment.company))
        .where(Employment.ended_on.is_(None), Person.active, Person.name.icontains(text, autoescape=True))
        .order_by(Person.name, Person.id, Employment.id)
    )
    if not actor.is_administrator:
        works_at = sa.select(Employment.company_id).where(
            Employment.person_id == actor.person_id, Employment.ended_on.is_(None)
        )
        kept = actor.scopes(Role.DEPARTMENT, ScopeKind.COMPANY)
        statement = statement.where(
            sa.or_(Employment.company_id.in_(works_at), Employment.company_id.in_(sorted(kept)))
        )
    return page_of(session, statement, number=page, size=size, most=MOST)


def _awards(session: Session, *, actor: Actor, text: str, page: int, size: int) -> Page[Any]:
    return awards_found(session, actor=actor, text=text, page=page, size=size, most=MOST)


def cases_found(session: Session, *, actor: Actor, text: str, page: int, size: int) -> Page[Any]:
    """Projects that stand on the public boards: with verified savings of companies that show their work."""
    sharer = aliased(Company)
    shown = sa.exists().where(
        LedgerRow.project_id == Project.id,
        LedgerRow.basis == Basis.VERIFIED,
        LedgerRow.public_amount != 0,
        LedgerRow.company_id.in_(sa.select(sharer.id).where(sharer.shows_work)),
    )
    publisher = sa.or_(
        Company.name.icontains(text, autoescape=True), Company.name_en.icontains(text, autoescape=True)
    )
    statement = (
        sa.select(Project)
        .join(Project.company)
        .options(joinedload(Project.company), joinedload(Project.circle))
        .where(
            Company.shows_work,
            shown,
            narrowed(
                session,
                text,
                (Project.id, Project, Project.title.icontains(text, autoescape=True)),
                (Project.company_id, Company, publisher),
            ),
        )
        .order_by(Project.id.desc())
    )
    return page_of(session, statement, number=page, size=size, most=MOST)


GROUPS = (
    Group("circles", msg("Circles"), "people", _of_actor(circles_listed)),
    Group("projects", msg("Projects"), "flag", _of_actor(projects_listed)),
    Group("results", msg("Results"), "doc", _of_actor(results_listed)),
    Group("companies", msg("Companies"), "company", _of_actor(companies_listed)),
    Group("people", msg("People"), "user", people_found),
    Group("awards", msg("Awards"), "award", _awards, is_public=True),
    Group("cases", msg("Published cases"), "book", cases_found, is_public=True),
)


def groups_for(actor: Actor) -> tuple[Group, ...]:
    """The groups that a reader can find anything in."""
    return tuple(group for group in GROUPS if group.is_public or actor.person_id is not None)


def found_in(
    session: Session, *, actor: Actor, text: str, only: str = "", page: int = 1
) -> list[tuple[Group, Page[Any]]]:
    """The groups with what the text is found in: a few of each, or one group page by page.

    An empty text finds nothing. Four statements a group and its eager loads; counting stops at `MOST`.
    """
    wanted = " ".join(text.split())[:LONGEST]
    if not wanted:
        return []
    size = MANY if only else FEW
    asked = [group for group in groups_for(actor) if only in ("", group.key)]
    found = [
        (group, group.find(session, actor=actor, text=wanted, page=page if only else 1, size=size))
        for group in asked
    ]
    return [(group, part) for group, part in found if part.total]

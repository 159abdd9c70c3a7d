"""Circles one by one and in lists, within what the reader may see."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from cp_circles.circles.models import (
    Circle,
    CircleMember,
    CircleState,
    CircleYear,
    PartnerState,
)
from cp_circles.circles.queries.partners import is_of_company, joint_circles_of
from cp_circles.circles.rules import LIVE, NUMBERED, can_see
from cp_circles.db.paging import PAGE_SIZE, Page, page_of
from cp_circles.db.triples import narrowed
from cp_circles.errors import NotFound
from cp_circles.organisations.models import Company, Region
from cp_circles.people.models import Employment, Person, Role, ScopeKind
from cp_circles.people.rules import Actor

SORTS = {
    "number": (Circle.number.asc().nulls_last(), Circle.id),
    "name": (Circle.name, Circle.id),
    "active": (Circle.last_active_on.desc().nulls_last(), Circle.id),
    "quiet": (Circle.last_active_on.asc().nulls_last(), Circle.id),
    "newest": (Circle.id.desc(),),
}


def whole_circle() -> tuple[ORMOption, ...]:
    """Load a circle with its company, region, department, members, years and partners: four statements."""
    return (
        joinedload(Circle.company).joinedload(Company.region),
        joinedload(Circle.department),
        selectinload(Circle.members).joinedload(CircleMember.person),
        selectinload(Circle.years),
        selectinload(Circle.partners),
    )


def circle_by_id(session: Session, circle_id: int) -> Circle:
    """The whole circle; NotFound if there is none."""
    found = session.scalar(sa.select(Circle).options(*whole_circle()).where(Circle.id == circle_id))
    if found is None:
        raise NotFound
    return found


def circle_by_number(session: Session, number: str) -> Circle | None:
    """The circle of a registration number."""
    return session.scalar(sa.select(Circle).where(Circle.number == number.strip().upper()))


def circle_for(session: Session, *, actor: Actor, circle_id: int) -> Circle:
    """The whole circle, if the actor may see it; NotFound otherwise."""
    circle = circle_by_id(session, circle_id)
    if not can_see(actor, circle):
        raise NotFound
    return circle


def circles_visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """What `rules.can_see` decides one by one, as a condition on circles joined with company and region."""
    if actor.is_administrator:
        return sa.true()
    if actor.person_id is None:
        return sa.false()
    mine = sa.select(CircleMember.circle_id).where(
        CircleMember.person_id == actor.person_id, CircleMember.left_on.is_(None)
    )
    whole = actor.scopes(Role.DEPARTMENT, ScopeKind.COMPANY) | actor.scopes(
        Role.FACILITATOR, ScopeKind.COMPANY
    )
    above = [Region.path.startswith(path) for path in actor.overseen_paths]
    return sa.or_(
        Circle.id.in_(mine),
        Circle.created_by_id == actor.person_id,
        Circle.company_id.in_(sorted(whole)),
        Circle.id.in_(sorted(actor.scopes(Role.FACILITATOR, ScopeKind.CIRCLE))),
        Circle.id.in_(joint_circles_of(actor, PartnerState.ASKED, PartnerState.JOINED)),
        sa.and_(Circle.state.in_(NUMBERED), sa.or_(Circle.company_id.in_(sorted(actor.company_ids)), *above)),
    )


def circles_listed(
    session: Session,
    *,
    actor: Actor,
    company_id: int | None = None,
    region: Region | None = None,
    state: CircleState | None = None,
    text: str = "",
    sort: str = "number",
    page: int = 1,
    size: int = PAGE_SIZE,
    most: int | None = None,
) -> Page[Circle]:
    """A page of the circles that the actor may see, with companies and members: three statements."""
    statement = (
        _circles_in_regions()
        .options(
            joinedload(Circle.company).joinedload(Company.region),
            joinedload(Circle.department),
            selectinload(Circle.members).joinedload(CircleMember.person),
        )
        .where(circles_visible_to(actor))
        .order_by(*SORTS.get(sort, SORTS["number"]))
    )
    if company_id is not None:
        statement = statement.where(is_of_company(company_id))
    if region is not None:
        statement = statement.where(Region.path.startswith(region.path))
    if state is not None:
        statement = statement.where(Circle.state == state)
    if text.strip():
        statement = statement.where(_has_text(session, text.strip()))
    return page_of(session, statement, number=page, size=size, most=most)


def states_counted(session: Session, *, actor: Actor) -> dict[CircleState, int]:
    """How many circles the actor may see stand in each state: one statement."""
    rows = session.execute(
        _circles_in_regions()
        .with_only_columns(Circle.state, sa.func.count())
        .where(circles_visible_to(actor))
        .group_by(Circle.state)
    )
    return {state: count for state, count in rows}


def circles_of_person(session: Session, person_id: int) -> Sequence[Circle]:
    """The circles in which a person is a present member, not struck off, newest first."""
    mine = sa.select(CircleMember.circle_id).where(
        CircleMember.person_id == person_id, CircleMember.left_on.is_(None)
    )
    return session.scalars(
        sa.select(Circle)
        .options(*whole_circle())
        .where(Circle.id.in_(mine), Circle.state != CircleState.DEREGISTERED)
        .order_by(Circle.id.desc())
    ).all()


def dormant_candidates(session: Session, *, quiet_since: date) -> Sequence[Circle]:
    """Registered circles whose last activity is that old or older."""
    return session.scalars(
        sa.select(Circle)
        .options(*whole_circle())
        .where(Circle.state == CircleState.REGISTERED, Circle.last_active_on <= quiet_since)
        .order_by(Circle.id)
    ).all()


def unrenewed_circles(session: Session, *, year: int, company_id: int | None = None) -> Sequence[Circle]:
    """Live circles without a registration for the year, of one company or of all: four statements."""
    renewed = sa.select(CircleYear.circle_id).where(CircleYear.year == year)
    statement = (
        sa.select(Circle)
        .options(*whole_circle())
        .where(Circle.state.in_(LIVE), Circle.id.not_in(renewed))
        .order_by(Circle.id)
    )
    if company_id is not None:
        statement = statement.where(Circle.company_id == company_id)
    return session.scalars(statement).all()


def unrenewed_by_company(session: Session, *, year: int) -> dict[int, int]:
    """How many live circles of each company lack a registration for the year: one statement."""
    renewed = sa.select(CircleYear.circle_id).where(CircleYear.year == year)
    rows = session.execute(
        sa.select(Circle.company_id, sa.func.count())
        .where(Circle.state.in_(LIVE), Circle.id.not_in(renewed))
        .group_by(Circle.company_id)
    )
    return {company_id: count for company_id, count in rows}


def companies_to_start_in(session: Session, actor: Actor) -> Sequence[Company]:
    """The active companies in which the actor may start a circle, by name: one statement."""
    whole = actor.scopes(Role.DEPARTMENT, ScopeKind.COMPANY) | actor.scopes(
        Role.FACILITATOR, ScopeKind.COMPANY
    )
    if actor.person_id is None:
        return []
    works_at = sa.select(Employment.company_id).where(
        Employment.person_id == actor.person_id, Employment.ended_on.is_(None)
    )
    return session.scalars(
        sa.select(Company)
        .where(Company.active, sa.or_(Company.id.in_(works_at), Company.id.in_(sorted(whole))))
        .order_by(Company.name, Company.id)
    ).all()


def staff_names(session: Session, company_ids: Sequence[int], limit: int = 300) -> Sequence[str]:
    """The names of people who work at these companies, once each: the suggestions of a form."""
    return session.scalars(
        sa.select(Person.name)
        .join(Employment, Employment.person_id == Person.id)
        .where(Employment.company_id.in_(company_ids), Employment.ended_on.is_(None), Person.active)
        .distinct()
        .order_by(Person.name)
        .limit(limit)
    ).all()


def _circles_in_regions() -> sa.Select[Circle]:
    return sa.select(Circle).join(Company, Circle.company_id == Company.id).join(Company.region)


def _has_text(session: Session, text: str) -> sa.ColumnElement[bool]:
    own = sa.or_(Circle.name.contains(text, autoescape=True), Circle.number.icontains(text, autoescape=True))
    companys = Company.name.contains(text, autoescape=True)
    return narrowed(session, text, (Circle.id, Circle, own), (Circle.company_id, Company, companys))

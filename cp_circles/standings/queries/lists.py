"""A standing as a list of any length: a page of it, the page of a line, lines by name or number, all."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer, joinedload

from cp_circles.circles.models import Circle, CircleMember
from cp_circles.db.paging import Page, page_of
from cp_circles.judging.models import Entry, StandingRow
from cp_circles.organisations.models import Company
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor
from cp_circles.projects.models import Project
from cp_circles.results.models import Result

PER_PAGE = 100
PER_PRINT = 300
PORTION = 1_000
MOST_OWN = 6
ORDER = (StandingRow.track_key, StandingRow.place, StandingRow.id)


def track_counts(session: Session, standing_id: int) -> dict[str, int]:
    """How many entries stand in each track, in the order of the list."""
    rows = session.execute(
        sa.select(StandingRow.track_key, sa.func.count(StandingRow.id))
        .where(StandingRow.standing_id == standing_id)
        .group_by(StandingRow.track_key)
        .order_by(StandingRow.track_key)
    )
    return {track: count for track, count in rows}


def cuts_of(session: Session, standing_id: int) -> dict[str, int]:
    """track -> the id of its first line that does not go up: the cut lies above it."""
    nth = sa.func.row_number().over(
        partition_by=StandingRow.track_key, order_by=(StandingRow.place, StandingRow.id)
    )
    rest = (
        sa.select(StandingRow.track_key, StandingRow.id, nth.label("nth"))
        .where(StandingRow.standing_id == standing_id, StandingRow.decision != "promoted")
        .subquery()
    )
    rows = session.execute(sa.select(rest.c.track_key, rest.c.id).where(rest.c.nth == 1))
    return {track: id_ for track, id_ in rows}


def list_page(
    session: Session, standing_id: int, *, number: int, text: str = "", size: int = PER_PAGE
) -> Page[StandingRow]:
    """One page of the lines with all that names an entry; `text` is a number, or part of a name or title."""
    ids = sa.select(StandingRow.id).where(StandingRow.standing_id == standing_id)
    if text:
        ids = _joined(ids).where(_is_named(text))
    page = page_of(session, ids.order_by(*ORDER), number=number, size=size)
    rows = session.scalars(_named_rows().where(StandingRow.id.in_(page.rows)).order_by(*ORDER)).all()
    return replace(page, rows=rows)


def page_with(session: Session, standing_id: int, entry_id: int) -> int:
    """On which page an entry stands; 1 for one that does not."""
    line = session.execute(
        sa.select(*ORDER).where(StandingRow.standing_id == standing_id, StandingRow.entry_id == entry_id)
    ).first()
    if line is None:
        return 1
    before = sa.select(sa.func.count(StandingRow.id)).where(
        StandingRow.standing_id == standing_id, sa.tuple_(*ORDER) < sa.tuple_(*map(sa.literal, line))
    )
    return (session.scalar(before) or 0) // PER_PAGE + 1


def row_of(session: Session, standing_id: int, entry_id: int | None) -> StandingRow | None:
    """The line of an entry; without one, the last line that goes up, else the first of the list."""
    here = StandingRow.standing_id == standing_id
    last_up = (
        sa.select(StandingRow.id)
        .where(here, StandingRow.decision == "promoted")
        .order_by(StandingRow.place.desc(), StandingRow.id.desc())
        .limit(1)
    )
    first = sa.select(StandingRow.id).where(here).order_by(*ORDER).limit(1)
    asked = sa.select(StandingRow.id).where(here, StandingRow.entry_id == (entry_id or 0))
    wanted = sa.func.coalesce(asked.scalar_subquery(), last_up.scalar_subquery(), first.scalar_subquery())
    return session.scalar(_named_rows().where(StandingRow.id == wanted))


def offered(session: Session, standing_id: int, entry_id: int | None) -> Sequence[sa.Row[Any]]:
    """(entry, place, title) of the lines of a list of one page; of a longer list that of the entry alone."""
    lines = _joined(sa.select(StandingRow.entry_id, StandingRow.place, Result.title)).where(
        StandingRow.standing_id == standing_id
    )
    found = session.execute(lines.order_by(*ORDER).limit(PER_PAGE + 1)).all()
    if len(found) <= PER_PAGE:
        return found
    return session.execute(lines.where(StandingRow.entry_id == (entry_id or 0))).all()


def own_rows(session: Session, standing_id: int, actor: Actor) -> Sequence[StandingRow]:
    """The lines of the circles in which somebody works, and of the companies whose department they are."""
    mine = sa.select(CircleMember.circle_id).where(CircleMember.person_id == actor.person_id)
    led = actor.scopes(Role.LEADER, ScopeKind.CIRCLE)
    kept = actor.scopes(Role.DEPARTMENT, ScopeKind.COMPANY)
    ids = _joined(sa.select(StandingRow.id)).where(
        StandingRow.standing_id == standing_id,
        Project.circle_id.in_(mine) | Project.circle_id.in_(led) | Project.company_id.in_(kept),
    )
    return session.scalars(
        _named_rows().where(StandingRow.id.in_(ids)).order_by(*ORDER).limit(MOST_OWN)
    ).all()


def all_lines(session: Session, standing_id: int) -> Iterator[sa.Row[Any]]:
    """Every line as columns with the names of the frozen package, a portion at a time."""
    lines = _joined(
        sa.select(
            StandingRow.track_key,
            StandingRow.place,
            Entry.number,
            Result.title,
            StandingRow.score,
            StandingRow.decision,
            StandingRow.why,
            Result.package["company"].label("company"),
            Result.package["circle"].label("circle"),
            Company.name.label("company_name"),
            Company.name_en.label("company_name_en"),
            Circle.name.label("circle_name"),
        )
    )
    yield from session.execute(
        lines.where(StandingRow.standing_id == standing_id)
        .order_by(*ORDER)
        .execution_options(yield_per=PORTION)
    )


def _joined(statement: sa.Select[*tuple[Any, ...]]) -> sa.Select[*tuple[Any, ...]]:
    return (
        statement.join(Entry, StandingRow.entry_id == Entry.id)
        .join(Result, Entry.result_id == Result.id)
        .join(Project, Result.project_id == Project.id)
        .join(Company, Project.company_id == Company.id)
        .outerjoin(Circle, Project.circle_id == Circle.id)
    )


def _named_rows() -> sa.Select[StandingRow]:
    result = joinedload(StandingRow.entry).joinedload(Entry.result)
    project = result.joinedload(Result.project)
    return sa.select(StandingRow).options(
        result.options(defer(Result.blind_package)),
        project.joinedload(Project.company).joinedload(Company.region),
        project.joinedload(Project.circle),
    )


def _is_named(text: str) -> sa.ColumnElement[bool]:
    """Whether a line is that of an entry by its number, or its title, company or circle holds the text."""
    names = (Result.title, Company.name, Company.name_en, Circle.name)
    named = sa.or_(*(name.icontains(text, autoescape=True) for name in names))
    is_number = text.isascii() and text.isdecimal() and len(text) < 10
    return named | (Entry.number == int(text)) if is_number else named

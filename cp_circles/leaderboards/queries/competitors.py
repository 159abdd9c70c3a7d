"""Companies, circles, projects and industries as competitors, from the ledger rows."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.circles.models import Circle, CircleMember
from cp_circles.circles.queries import circle_people
from cp_circles.circles.rules import LIVE
from cp_circles.leaderboards.asking import PUBLIC, Asked, Scope
from cp_circles.leaderboards.queries.grouped import amounts_by_industry
from cp_circles.leaderboards.queries.held import freezes_behind, held_facts, held_sums, not_held
from cp_circles.leaderboards.queries.narrowing import companies_meant
from cp_circles.leaderboards.queries.regions import add_to
from cp_circles.leaderboards.queries.sums import (
    ZERO,
    Competitor,
    amount_of,
    ledger_conditions,
    pair,
    project_count,
    published,
    source,
    sums,
)
from cp_circles.organisations.models import Company, Industry, Region
from cp_circles.organisations.rules import may_be_named
from cp_circles.projects.models import Project

Found = tuple[list[Competitor], Decimal]
ROWS_AT_A_TIME = 1_000


@dataclass(frozen=True)
class Reading:
    """How competitors of a kind are read: a select of `entity_id`, `now`, `then` and more, row by row."""

    statement: Any
    competitor: Callable[[Any], Competitor]

    def rows(self, session: Session) -> list[Competitor]:
        """All of them."""
        return [self.competitor(row) for row in session.execute(self.statement)]

    def ranked(self, session: Session) -> Iterator[Competitor]:
        """One after another, the largest first and those alike by their id; few are in memory at a time."""
        ordered = self.statement.order_by(sa.desc("now"), "entity_id")
        for row in session.execute(ordered, execution_options={"yield_per": ROWS_AT_A_TIME}):
            yield self.competitor(row)


def companies(session: Session, asked: Asked) -> Found:
    """Companies with their sizes; in public only those that publish have a row."""
    found = companies_read(asked).rows(session)
    teams = teams_of(session, companies_below(asked.scope))
    held, nothing = held_facts(session, asked), (0, 0)
    rows = [
        replace(row, **held[row.id])
        if row.id in held
        else replace(row, circles=teams.get(row.id, nothing)[0], people=teams.get(row.id, nothing)[1])
        for row in found
    ]
    return rows, unlisted(session, asked)


def companies_read(asked: Asked) -> Reading:
    """Companies without their circles."""
    counted = source(asked)
    value, before = sums(asked, counted.season, amount_of(asked))
    statement = (
        sa.select(Company.id.label("entity_id"), Company.name, Company.name_en, Company.headcount)
        .add_columns(Company.output_yuan, Region.name.label("under"), Region.name_en.label("under_en"))
        .add_columns(value.label("now"), before.label("then"), project_count(asked).label("projects"))
        .join(counted, counted.company_id == Company.id)
        .join(Region, Company.region_id == Region.id)
        .where(*ledger_conditions(asked), *published(asked))
        .group_by(Company.id, Region.id)
    )

    def competitor(row: Any) -> Competitor:
        return Competitor(
            id=row.entity_id,
            name=row.name,
            name_en=row.name_en,
            under=row.under,
            under_en=row.under_en,
            company_id=row.entity_id,
            heads=row.headcount,
            output=row.output_yuan,
            projects=row.projects,
            **pair(asked, row.now, row.then),
        )

    return Reading(statement, competitor)


def companies_below(scope: Scope) -> Any:
    """The companies of the scope's region."""
    return (
        sa.select(Company.id)
        .join(Region, Company.region_id == Region.id)
        .where(Region.path.startswith(scope.region.path, autoescape=True))
    )


def teams_of(session: Session, company_ids: Any) -> dict[int, tuple[int, int]]:
    """Live circles and the people who count in circles, by company: two statements.

    `company_ids` are ids or a select of them.
    """
    teams = session.execute(
        sa.select(Circle.company_id, sa.func.count())
        .where(Circle.state.in_(LIVE), Circle.company_id.in_(company_ids))
        .group_by(Circle.company_id)
    )
    counted = {company_id: count for company_id, count in teams}
    who = circle_people().subquery()
    members = session.execute(
        sa.select(who.c.company_id, sa.func.count(who.c.person_id.distinct()))
        .where(who.c.company_id.in_(company_ids))
        .group_by(who.c.company_id)
    )
    people = {company_id: count for company_id, count in members}
    return {id_: (counted.get(id_, 0), people.get(id_, 0)) for id_ in {*counted, *people}}


def circles(session: Session, asked: Asked) -> Found:
    """Circles; savings of no circle are not listed."""
    held = held_facts(session, asked)
    rows = [replace(row, **held.get(row.id, {})) for row in circles_read(asked).rows(session)]
    return rows, unlisted(session, asked)


def circles_read(asked: Asked) -> Reading:
    """Circles with how many are in them."""
    counted = source(asked)
    value, before = sums(asked, counted.season, amount_of(asked))
    members = (
        sa.select(sa.func.count(CircleMember.id))
        .where(CircleMember.circle_id == Circle.id, CircleMember.left_on.is_(None))
        .correlate(Circle)
        .scalar_subquery()
    )
    statement = (
        sa.select(Circle.id.label("entity_id"), Circle.name, Company.id.label("company_id"))
        .add_columns(Company.name.label("under"), Company.name_en.label("under_en"))
        .add_columns(value.label("now"), before.label("then"), project_count(asked).label("projects"))
        .add_columns(members.label("heads"))
        .join(counted, counted.circle_id == Circle.id)
        .join(Company, Circle.company_id == Company.id)
        .where(*ledger_conditions(asked), *published(asked, "circle"), *_sharers_published(asked))
        .group_by(Circle.id, Company.id)
    )

    def competitor(row: Any) -> Competitor:
        return Competitor(
            id=row.entity_id,
            name=row.name,
            under=row.under,
            under_en=row.under_en,
            company_id=row.company_id,
            heads=row.heads,
            projects=row.projects,
            **pair(asked, row.now, row.then),
        )

    return Reading(statement, competitor)


def projects(session: Session, asked: Asked) -> Found:
    """Projects with circle and company."""
    return projects_read(asked).rows(session), unlisted(session, asked)


def projects_read(asked: Asked) -> Reading:
    """Projects with the names above them."""
    counted = source(asked)
    value, before = sums(asked, counted.season, amount_of(asked))
    statement = (
        sa.select(Project.id.label("entity_id"), Project.title, Circle.name.label("circle"))
        .add_columns(Company.id.label("company_id"), Company.name, Company.name_en)
        .add_columns(value.label("now"), before.label("then"))
        .join(counted, counted.project_id == Project.id)
        .join(Company, Project.company_id == Company.id)
        .outerjoin(Circle, Project.circle_id == Circle.id)
        .where(*ledger_conditions(asked), *published(asked, "project"), *_sharers_published(asked))
        .group_by(Project.id, Circle.id, Company.id)
    )

    def competitor(row: Any) -> Competitor:
        return Competitor(
            id=row.entity_id,
            name=row.title,
            under=" · ".join(part for part in (row.name, row.circle) if part),
            under_en=" · ".join(part for part in (row.name_en or row.name, row.circle) if part),
            company_id=row.company_id,
            projects=1,
            **pair(asked, row.now, row.then),
        )

    return Reading(statement, competitor)


READ: dict[str, Callable[[Asked], Reading]] = {
    "company": companies_read,
    "circle": circles_read,
    "project": projects_read,
}


def _sharers_published(asked: Asked) -> list[Any]:
    """In public the share of a joint circle that counts to a company that does not publish is not named."""
    if asked.variant != PUBLIC:
        return []
    return [source(asked).company_id.in_(sa.select(Company.id).where(Company.shows_work))]


def unlisted(session: Session, asked: Asked) -> Decimal:
    """What counts without a row: savings of no circle, and in public of companies that do not publish."""
    private = sa.select(Company.id).where(sa.not_(may_be_named(Company, asked.by)))
    hidden: list[Any] = [source(asked).company_id.in_(private)] if asked.variant == PUBLIC else []
    if asked.variant == PUBLIC and asked.by != "company":
        home = sa.select(Project.id).where(Project.company_id.in_(private))
        hidden.append(source(asked).project_id.in_(home))
    if asked.by == "circle":
        hidden.append(source(asked).circle_id.is_(None))
    if not hidden:
        return ZERO
    found = session.scalar(
        sa.select(sa.func.sum(amount_of(asked))).where(
            *ledger_conditions(asked, seasons=asked.seasons), sa.or_(*hidden)
        )
    )
    return found or ZERO


def industries(session: Session, asked: Asked) -> Found:
    """Sections, or the divisions of the section that is the scope."""
    tree = _tree(session)
    rows = amounts_by_industry(session, asked)
    upward = _upward(tree, asked.scope.industry)
    amounts: dict[int, dict[str, Any]] = {}
    left_out = ZERO
    for industry_id, now, then, projects in rows:
        at = upward(industry_id)
        if at is None:
            left_out += now or ZERO
            continue
        row = amounts.setdefault(at, {**pair(asked, None, None), "projects": 0})
        row["value"] += now or ZERO
        row["projects"] += projects
        if row["before"] is not None:
            row["before"] += then or ZERO
    sizes = _sizes_by_industry(session, asked, upward)
    competitors = [
        Competitor(
            id=at,
            name=tree[at].name,
            name_en=tree[at].name_en,
            code=tree[at].code,
            **facts,
            **sizes.get(at, {}),
        )
        for at, facts in amounts.items()
    ]
    return competitors, left_out


Upward = Callable[[int | None], int | None]


def _tree(session: Session) -> dict[int, Industry]:
    return {row.id: row for row in session.scalars(sa.select(Industry).order_by(Industry.code))}


def upward_in(session: Session, scope: Industry | None) -> Upward:
    """From an industry to the section, or within a section to the division, that stands for it on a board."""
    return _upward(_tree(session), scope)


def _upward(tree: dict[int, Industry], scope: Industry | None) -> Upward:
    """From an industry to the one that stands for it on the board; None for none, or for the scope itself."""

    def at(industry_id: int | None) -> int | None:
        row = tree.get(industry_id or 0)
        if row is None or (scope is not None and row.id == scope.id):
            return None
        return row.id if scope is not None else row.parent_id or row.id

    return at


def _sizes_by_industry(session: Session, asked: Asked, upward: Upward) -> dict[int, dict[str, Any]]:
    below, freezes = asked.scope.region.path, freezes_behind(session, asked)
    rows = session.execute(
        sa.select(Company.industry_id, sa.func.sum(Company.headcount), sa.func.sum(Company.output_yuan))
        .join(Region, Company.region_id == Region.id)
        .where(Company.active, Region.path.startswith(below, autoescape=True), *companies_meant(asked))
        .where(*not_held(freezes))
        .group_by(Company.industry_id)
    )
    held = held_sums(session, asked, freezes, Company.industry_id)
    found = [(row.industry_id, row[1], row[2]) for row in rows]
    found += [(industry_id, facts["heads"], facts["output"]) for industry_id, facts in held]
    sizes: dict[int, dict[str, Any]] = defaultdict(lambda: {"heads": None, "output": None})
    for industry_id, heads, output in found:
        at = upward(industry_id)
        if at is not None:
            add_to({at: sizes[at]}, at, heads=heads, output=output)
    return sizes

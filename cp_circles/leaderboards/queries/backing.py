"""What a place rests on: the counted savings of one row of a board, with the claims that carry them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from cp_circles.circles.models import Circle
from cp_circles.db.paging import PAGE_SIZE, Page
from cp_circles.errors import NotFound
from cp_circles.leaderboards.asking import PUBLIC, Asked
from cp_circles.leaderboards.queries.crossing import guided
from cp_circles.leaderboards.queries.narrowing import within
from cp_circles.leaderboards.queries.readers import freezes_over
from cp_circles.leaderboards.queries.sums import ZERO, amount_of, ledger_conditions, source
from cp_circles.ledger.models import BoardFreeze
from cp_circles.organisations.models import Company, Industry, Park, Region
from cp_circles.people.models import Person
from cp_circles.projects.models import Project
from cp_circles.savings.models import Saving
from cp_circles.savings.queries import with_chain

Entity = Region | Company | Circle | Project | Industry | Park | Person
MODELS: dict[str, type[Entity]] = {
    "region": Region,
    "company": Company,
    "circle": Circle,
    "project": Project,
    "industry": Industry,
    "park": Park,
    "facilitator": Person,
}


@dataclass(frozen=True)
class Counted:
    """What one saving counts for one company in one season; `saving` is None for one counted before.

    `is_held` says that a freeze holds it for visitors: what its claim says today is not theirs to see.
    """

    saving: Saving | None
    project: Project
    company: Company
    season: int
    amount: Decimal
    counted_at: datetime
    is_held: bool


@dataclass(frozen=True)
class Backing:
    """The savings behind one row: `total` is its amount, `unnamed` what of it the reader sees no rows of.

    `before` is the amount of the season before on a board of what improved.
    """

    entity: Entity
    page: Page[Counted]
    total: Decimal
    before: Decimal | None
    unnamed: Decimal


def backing_of(session: Session, asked: Asked, row_id: int, *, number: int = 1) -> Backing:
    """The savings that a row of the board adds up, the largest first; NotFound where there is no such row."""
    entity: Any = session.get(MODELS[asked.by], row_id)
    if entity is None or not _may_have_row(asked, entity):
        raise NotFound
    rows, amount = source(asked), amount_of(asked)
    conditions = [*_conditions(asked), *OF_ROW[asked.by](asked, rows, entity), amount != 0]
    is_shown = sa.true() if asked.variant != PUBLIC else sa.and_(*_named(rows))
    now = rows.season.in_(asked.seasons) if asked.seasons else sa.true()
    count, shown, total, before = session.execute(
        sa.select(
            sa.func.count().filter(is_shown),
            sa.func.sum(amount).filter(is_shown, now),
            sa.func.sum(amount).filter(now),
            sa.func.sum(amount).filter(sa.not_(now)),
        ).where(*conditions)
    ).one()
    if total is None and before is None:
        raise NotFound
    last = max(1, -(-count // PAGE_SIZE))
    number = min(max(1, number), last)
    found = session.execute(
        sa.select(rows.saving_id, rows.project_id, rows.company_id, rows.season, amount.label("shown"))
        .add_columns(rows.counted_at, rows.region_path)
        .where(*conditions, is_shown)
        .order_by(rows.season.desc(), amount.desc(), rows.saving_id, rows.company_id)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    ).all()
    return Backing(
        entity=entity,
        page=Page(rows=_loaded(session, asked, found), total=count, number=number),
        total=total or ZERO,
        before=(before or ZERO) if asked.per == "improved" else None,
        unnamed=(total or ZERO) - (shown or ZERO),
    )


def _loaded(session: Session, asked: Asked, found: Any) -> list[Counted]:
    """The rows with what they are of: a fixed number of statements."""
    ids = {row.saving_id for row in found}
    chain = (*with_chain(), joinedload(Saving.indicator))
    savings = session.scalars(sa.select(Saving).where(Saving.id.in_(ids)).options(*chain)).unique()
    projects = session.scalars(
        sa.select(Project)
        .where(Project.id.in_({row.project_id for row in found}))
        .options(joinedload(Project.company), joinedload(Project.circle))
    )
    companies = session.scalars(sa.select(Company).where(Company.id.in_({row.company_id for row in found})))
    saving_by, project_by = {row.id: row for row in savings}, {row.id: row for row in projects}
    company_by = {row.id: row for row in companies}
    freezes = freezes_over(session, asked.scope.region, ()) if asked.variant == PUBLIC else []
    return [
        Counted(
            saving=saving_by.get(row.saving_id),
            project=project_by[row.project_id],
            company=company_by[row.company_id],
            season=row.season,
            amount=row.shown,
            counted_at=row.counted_at,
            is_held=any(_holds(freeze, row) for freeze in freezes),
        )
        for row in found
    ]


def _holds(freeze: BoardFreeze, row: Any) -> bool:
    return freeze.season == row.season and row.region_path.startswith(freeze.region_path)


def _conditions(asked: Asked) -> list[Any]:
    """The rows of the board: of its seasons, and of the one before where that is what it ranks by."""
    return ledger_conditions(asked, seasons=None if asked.per == "improved" else asked.seasons)


def _may_have_row(asked: Asked, entity: Entity) -> bool:
    """True where the board can hold the entity: one level below the scope, and published if need be."""
    if isinstance(entity, Region):
        return entity.parent_id == asked.scope.region.id
    if isinstance(entity, Industry):
        return entity.parent_id == (asked.scope.industry.id if asked.scope.industry else None)
    if asked.variant != PUBLIC:
        return True
    if isinstance(entity, Company):
        return entity.is_named
    return not isinstance(entity, Circle | Project) or entity.company.shows_work


def _named(rows: Any) -> list[Any]:
    """In public a saving is named if the company that it counts for and the project's own show their work."""
    public = sa.select(Company.id).where(Company.shows_work)
    return [
        rows.company_id.in_(public),
        rows.project_id.in_(sa.select(Project.id).where(Project.company_id.in_(public))),
    ]


def _of_homed(asked: Asked, rows: Any, entity: Any) -> list[Any]:
    """A circle's or project's rows; in public without the shares of companies that do not publish."""
    column = rows.circle_id if asked.by == "circle" else rows.project_id
    return [column == entity.id, *(_named(rows)[:1] if asked.variant == PUBLIC else [])]


def _of_park(asked: Asked, rows: Any, entity: Any) -> list[Any]:
    return [rows.company_id.in_(sa.select(Company.id).where(Company.park_id == entity.id))]


def _of_facilitator(asked: Asked, rows: Any, entity: Any) -> list[Any]:
    circles = guided(asked).subquery()
    return [rows.circle_id.in_(sa.select(circles.c.circle_id).where(circles.c.person_id == entity.id))]


OF_ROW: dict[str, Callable[[Asked, Any, Any], list[Any]]] = {
    "region": lambda asked, rows, entity: [rows.region_path.startswith(entity.path, autoescape=True)],
    "company": lambda asked, rows, entity: [rows.company_id == entity.id],
    "circle": _of_homed,
    "project": _of_homed,
    "industry": lambda asked, rows, entity: [rows.industry_id.in_(within(entity))],
    "park": _of_park,
    "facilitator": _of_facilitator,
}

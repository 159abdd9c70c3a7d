"""What charts need beside the board: what its rows consist of."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from cp_circles.circles.models import Circle
from cp_circles.leaderboards.asking import PUBLIC, Asked
from cp_circles.leaderboards.queries.kept import Kept, amounts_of, kept_board
from cp_circles.leaderboards.queries.sums import amount_of, ledger_conditions, rollup_conditions, source
from cp_circles.ledger.models import BoardTotal, LedgerRow, Rollup
from cp_circles.organisations.models import Company, Region
from cp_circles.projects.models import Project

LARGEST = 8


@dataclass(frozen=True)
class Part:
    """A piece of the treemap: `parent` is the key of the row it belongs to."""

    key: str
    name: str
    name_en: str
    value: Decimal
    parent: str = ""


def parts_below(session: Session, asked: Asked, shown: Sequence[int]) -> list[Part]:
    """What the given rows consist of, one level down: regions, circles of companies, projects of circles.

    Of circles and projects the largest in each row, so that a page stays small however much a company does.
    """
    if asked.by == "region":
        return _sub_regions(session, asked, shown)
    if asked.by == "company":
        kept = kept_board(session, replace(asked, by="circle", per="total"))
        if kept is not None:
            return _largest_circles(session, kept, shown)
        return _parts(session, asked, shown, Circle.name)
    if asked.by == "circle":
        kept = kept_board(session, replace(asked, by="project", per="total"))
        if kept is not None:
            return _projects_of(session, kept, shown)
        return _parts(session, asked, shown, Project.title)
    return []


def _largest_circles(session: Session, kept: Kept, shown: Sequence[int]) -> list[Part]:
    """The largest circles of each company, by the index of the kept board: one statement."""
    if not shown:
        return []
    largest = [
        sa.select(
            sa.select(BoardTotal.entity_id, BoardTotal.company_id, BoardTotal.standing)
            .where(BoardTotal.board_id == kept.board_id, BoardTotal.company_id == company_id)
            .order_by(BoardTotal.standing, BoardTotal.entity_id)
            .limit(LARGEST)
            .subquery()
        )
        for company_id in shown
    ]
    found = sa.union_all(*largest).subquery()
    rows = session.execute(sa.select(found, Circle.name).join(Circle, Circle.id == found.c.entity_id))
    return [
        Part(f"{id_}-{company_id}", name, "", -standing, str(company_id))
        for id_, company_id, standing, name in rows
    ]


def _projects_of(session: Session, kept: Kept, shown: Sequence[int]) -> list[Part]:
    """The projects of circles with what they count on the kept board: two statements."""
    rows = session.execute(
        sa.select(Project.id, Project.title, Project.circle_id).where(Project.circle_id.in_(shown))
    ).all()
    amounts = amounts_of(session, kept, [id_ for id_, _, _ in rows])
    return [
        Part(f"{id_}-{circle_id}", title, "", amounts[id_], str(circle_id))
        for id_, title, circle_id in rows
        if id_ in amounts
    ]


def _is_all(asked: Asked) -> bool:
    """True where every roll-up lies in the scope: in the nation, by nothing but domain and focus area."""
    scope = asked.scope
    return scope.region.parent_id is None and scope.company is None and not asked.by_rows


def _parts(session: Session, asked: Asked, shown: Sequence[int], title: Any) -> list[Part]:
    """Amounts of the largest circles or projects by the row above them: one statement."""
    below = title.class_
    found = [
        _parts_kept(part, below) if _is_all(part) else _parts_of_rows(part, below) for part in asked.added
    ]
    rows = sa.union_all(*(part.where(part.selected_columns.parent.in_(shown)) for part in found)).subquery()
    amount = sa.func.sum(rows.c.amount)
    position = sa.func.row_number().over(partition_by=rows.c.parent, order_by=[amount.desc(), rows.c.id])
    largest = (
        sa.select(rows.c.id, title.label("title"), rows.c.parent, amount.label("amount"))
        .add_columns(position.label("position"))
        .join(below, below.id == rows.c.id)
        .where(*_named(asked, below))
        .group_by(rows.c.id, title, rows.c.parent)
        .subquery()
    )
    shown_of_each = session.execute(sa.select(largest).where(largest.c.position <= LARGEST))
    return [
        Part(f"{row.id}-{row.parent}", row.title, "", row.amount, str(row.parent)) for row in shown_of_each
    ]


def _parts_kept(asked: Asked, below: Any) -> Any:
    """(id, parent, amount) of circles by company, or projects by circle, from the roll-ups."""
    columns = Rollup.scope_id.label("id"), Rollup.parent_id.label("parent"), Rollup.amount
    conditions = [*rollup_conditions(asked), *_this_season(asked)]
    kind = "circle" if below is Circle else "project"
    return sa.select(*columns).where(*conditions, Rollup.scope_kind == kind)


def _parts_of_rows(asked: Asked, below: Any) -> Any:
    """The same from the rows."""
    counted = source(asked)
    id_, parent = counted.project_id, counted.circle_id
    if below is Circle:
        id_, parent = counted.circle_id, counted.company_id
    columns = id_.label("id"), parent.label("parent"), amount_of(asked).label("amount")
    return sa.select(*columns).where(*ledger_conditions(asked, seasons=asked.seasons))


def _named(asked: Asked, entity: Any) -> list[Any]:
    """In public only circles and projects of companies that publish, and no project that others share."""
    if asked.variant != PUBLIC:
        return []
    private = sa.select(Company.id).where(sa.not_(Company.shows_work))
    conditions = [entity.company_id.not_in(private)]
    if entity is Project:
        row = aliased(LedgerRow)
        conditions.append(~sa.exists().where(row.project_id == Project.id, row.company_id.in_(private)))
    return conditions


def _sub_regions(session: Session, asked: Asked, shown: Sequence[int]) -> list[Part]:
    if asked.by_rows:
        return []
    rows = session.execute(
        sa.select(Region.id, Region.name, Region.name_en, Region.parent_id, sa.func.sum(Rollup.amount))
        .join(Rollup, sa.and_(Rollup.scope_kind == "region", Rollup.scope_id == Region.id))
        .where(*rollup_conditions(asked), *_this_season(asked), Region.parent_id.in_(shown))
        .group_by(Region.id)
    )
    return [Part(f"r{id_}", name, en, amount, str(parent)) for id_, name, en, parent, amount in rows]


def _this_season(asked: Asked) -> list[Any]:
    return [Rollup.season.in_(asked.seasons)] if asked.seasons else []

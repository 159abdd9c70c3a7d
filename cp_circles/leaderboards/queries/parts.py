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
    """What the given rows consist of, one level down: regions, circles of companies, projects of circles."""
    if asked.by == "region":
        return _sub_regions(session, asked, shown)
    counted = source(asked)
    if asked.by == "company":
        kept = kept_board(session, replace(asked, by="circle"))
        if kept is not None:
            return _largest_circles(session, kept, shown)
        if _is_all(asked):
            return _parts_kept(session, asked, shown, "circle", Circle.name)
        return _parts(session, asked, shown, counted.circle_id, Circle.name, counted.company_id)
    if asked.by == "circle":
        kept = kept_board(session, replace(asked, by="project"))
        if kept is not None:
            return _projects_of(session, kept, shown)
        if _is_all(asked):
            return _parts_kept(session, asked, shown, "project", Project.title)
        return _parts(session, asked, shown, counted.project_id, Project.title, counted.circle_id)
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


def _parts_kept(session: Session, asked: Asked, shown: Sequence[int], kind: str, title: Any) -> list[Part]:
    """Amounts of circles or projects by the row above them, from the roll-ups."""
    rows = session.execute(
        sa.select(Rollup.scope_id, title, Rollup.parent_id, sa.func.sum(Rollup.amount))
        .join(title.class_, title.class_.id == Rollup.scope_id)
        .where(*rollup_conditions(asked), *_this_season(asked))
        .where(Rollup.scope_kind == kind, Rollup.parent_id.in_(shown), *_named(asked, title.class_))
        .group_by(Rollup.scope_id, title, Rollup.parent_id)
    )
    return [Part(f"{id_}-{parent}", name, "", amount, str(parent)) for id_, name, parent, amount in rows]


def _parts(
    session: Session, asked: Asked, shown: Sequence[int], column: Any, title: Any, above: Any
) -> list[Part]:
    """Amounts of circles or projects by the row above them."""
    rows = session.execute(
        sa.select(column, title, above, sa.func.sum(amount_of(asked)))
        .join(title.class_, title.class_.id == column)
        .where(*ledger_conditions(asked, seasons=asked.seasons), above.in_(shown))
        .where(*_named(asked, title.class_))
        .group_by(column, title, above)
    )
    return [Part(f"{id_}-{parent}", name, "", amount, str(parent)) for id_, name, parent, amount in rows]


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

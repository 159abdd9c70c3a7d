"""How large companies and circles were when a freeze of the public boards began, which visitors read."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.leaderboards.asking import PUBLIC, Asked
from cp_circles.leaderboards.queries.narrowing import companies_meant
from cp_circles.leaderboards.queries.readers import freezes_over
from cp_circles.ledger.models import BoardFreeze, HeldCircle, HeldCompany
from cp_circles.organisations.models import Company, Region

SUMMED = ("heads", "output", "circles", "people")


def freezes_behind(session: Session, asked: Asked) -> list[BoardFreeze]:
    """The freezes that hold this board still; none of a board that only the signed-in read."""
    return freezes_over(session, asked.scope.region, asked.seasons) if asked.variant == PUBLIC else []


def held_facts(
    session: Session, asked: Asked, ids: Collection[int] | None = None
) -> dict[int, dict[str, Any]]:
    """What held companies or circles show beside their amounts, by id, of these or of all."""
    freezes = freezes_behind(session, asked) if asked.by in ("company", "circle") else []
    if not freezes:
        return {}
    held: Any = HeldCompany if asked.by == "company" else HeldCircle
    entity = held.company_id if asked.by == "company" else held.circle_id
    statement = sa.select(held).where(_first(held, entity, freezes))
    if ids is not None:
        statement = statement.where(entity.in_(ids))
    rows = session.scalars(statement)
    if asked.by == "circle":
        return {row.circle_id: {"heads": row.members} for row in rows}
    return {
        row.company_id: {
            "heads": row.headcount,
            "output": row.output_yuan,
            "circles": row.circles,
            "people": row.people,
        }
        for row in rows
    }


def held_sizes(asked: Asked, freezes: Sequence[BoardFreeze]) -> sa.Subquery:
    """(entity_id, size) of held circles or companies: what a board per head or per output divides by."""
    held: Any = HeldCircle if asked.by == "circle" else HeldCompany
    entity = held.circle_id if asked.by == "circle" else held.company_id
    sized = {"circle": "members", "company": "headcount" if asked.per == "head" else "output_yuan"}
    size = getattr(held, sized[asked.by])
    columns = entity.label("entity_id"), size.label("size")
    return sa.select(*columns).where(_first(held, entity, freezes)).subquery()


def not_held(freezes: Sequence[BoardFreeze]) -> list[Any]:
    """Conditions on companies, joined with their region, that no freeze holds."""
    if not freezes:
        return []
    held = sa.select(HeldCompany.company_id).where(HeldCompany.freeze_id.in_([row.id for row in freezes]))
    return [sa.not_(_is_below(Region.path, freezes)), Company.id.not_in(held)]


def held_sums(
    session: Session, asked: Asked, freezes: Sequence[BoardFreeze], key: Any
) -> list[tuple[Any, dict[str, Any]]]:
    """Heads and output of companies that were active, circles and people in them, of what is held, by a key.

    The key is a column of `HeldCompany` or `Company`.
    """
    if not freezes:
        return []
    active = HeldCompany.active
    statement = (
        sa.select(key)
        .add_columns(sa.func.sum(HeldCompany.headcount).filter(active))
        .add_columns(sa.func.sum(HeldCompany.output_yuan).filter(active))
        .add_columns(sa.func.sum(HeldCompany.circles), sa.func.sum(HeldCompany.people))
        .join_from(HeldCompany, Company, Company.id == HeldCompany.company_id)
        .where(
            _first(HeldCompany, HeldCompany.company_id, freezes),
            HeldCompany.region_path.startswith(asked.scope.region.path, autoescape=True),
            *companies_meant(asked),
        )
        .group_by(key)
    )
    if asked.scope.company is not None:
        statement = statement.where(Company.id == asked.scope.company.id)
    return [(row[0], dict(zip(SUMMED, row[1:], strict=True))) for row in session.execute(statement)]


def held_participation(
    session: Session, asked: Asked, freezes: Sequence[BoardFreeze], key: Any
) -> list[tuple[Any, int, int]]:
    """People in circles of held companies whose employees were known, and the employees, by a key."""
    known = sa.and_(HeldCompany.active, HeldCompany.headcount.is_not(None))
    statement = (
        sa.select(key, sa.func.sum(HeldCompany.people), sa.func.sum(HeldCompany.headcount))
        .join_from(HeldCompany, Company, Company.id == HeldCompany.company_id)
        .where(
            known,
            _first(HeldCompany, HeldCompany.company_id, freezes),
            HeldCompany.region_path.startswith(asked.scope.region.path, autoescape=True),
            *companies_meant(asked),
        )
        .group_by(key)
    )
    if asked.scope.company is not None:
        statement = statement.where(Company.id == asked.scope.company.id)
    return [(at, people, heads) for at, people, heads in session.execute(statement)]


def _is_below(path: Any, freezes: Sequence[BoardFreeze]) -> Any:
    return sa.or_(*(path.startswith(row.region_path, autoescape=True) for row in freezes))


def _first(held: Any, entity: Any, freezes: Sequence[BoardFreeze]) -> Any:
    """The row of the earliest of these freezes that holds an entity."""
    other = sa.orm.aliased(held)
    same = other.company_id if held is HeldCompany else other.circle_id
    ids = [row.id for row in freezes]
    earliest = sa.select(sa.func.min(other.freeze_id)).where(same == entity, other.freeze_id.in_(ids))
    return held.freeze_id == earliest.correlate(held).scalar_subquery()

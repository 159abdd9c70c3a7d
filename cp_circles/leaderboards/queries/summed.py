"""Boards that nothing keeps ready, added up and ranked by the database: only rows shown come out of it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.circles.models import Circle
from cp_circles.leaderboards.asking import PUBLIC, Asked
from cp_circles.leaderboards.queries.divided import can_be_divided, is_divided, measured, sizes
from cp_circles.leaderboards.queries.kept import BESIDE, NOTHING, Ranked, Size, kept_amounts
from cp_circles.leaderboards.queries.sums import ZERO, amount_of, ledger_conditions, source, sums
from cp_circles.leaderboards.tallies import is_tally
from cp_circles.ledger.boards import KINDS
from cp_circles.ledger.totals import is_unkept
from cp_circles.organisations.models import Company
from cp_circles.organisations.rules import may_be_named
from cp_circles.projects.models import Project

HOMES: dict[str, Any] = {"project": Project, "circle": Circle}


def is_summed(asked: Asked) -> bool:
    """True for boards ranked by a plain sum."""
    return asked.by in KINDS and asked.per == "total" and not is_tally(asked.metric)


def is_ranked_by_sums(session: Session, asked: Asked) -> bool:
    """True for these, for progress over the season before, and for what the database can divide."""
    if asked.per == "improved":
        follows = bool(asked.previous)
    else:
        follows = is_divided(asked) and can_be_divided(session, asked)
    return is_summed(replace(asked, per="total") if follows else asked)


@dataclass(frozen=True)
class Summed:
    """A board of companies, circles or projects by the sum of its rows, whatever filters ask for."""

    session: Session
    asked: Asked

    def size(self) -> Size:
        """How large the board is."""
        added = self._measured()
        placed = added.c.measured.is_not(None)
        columns = sa.func.count(added.c.measured), sa.func.sum(added.c.value)
        statement = sa.select(*columns, sa.func.min(added.c.value).filter(placed), sa.func.count())
        count, amount, lowest, entities = self.session.execute(statement).one()
        return Size(count, amount or ZERO, lowest or ZERO, entities - count)

    def places(self, offset: int, limit: int) -> list[Ranked]:
        """The rows from a position on, in the order of the board, with their places."""
        ranked = self._ranked()
        return self._read(ranked, ranked.c.position > offset, ranked.c.position <= offset + limit)

    def near(self, ids: Collection[int], most: int) -> list[Ranked]:
        """The best of these entities with the neighbours of each, in the order of the board."""
        ranked = self._ranked()
        found = sa.select(ranked.c.position).where(ranked.c.entity_id.in_(ids)).order_by(ranked.c.position)
        wanted = {
            near
            for position in self.session.scalars(found.limit(most))
            for near in range(position - BESIDE, position + BESIDE + 1)
        }
        return self._read(ranked, ranked.c.position.in_(wanted)) if wanted else []

    def before(self, ids: Collection[int]) -> dict[int, Decimal]:
        """What these entities counted in the season before."""
        if not self.asked.previous:
            return {}
        statement = self._sums(replace(self.asked, per="total", seasons=self.asked.previous), ids)
        return {id_: amount for id_, amount, _measured in self.session.execute(statement)}

    def _read(self, ranked: sa.Subquery, *where: Any) -> list[Ranked]:
        rows = self.session.execute(sa.select(ranked).where(*where).order_by(ranked.c.position))
        return [Ranked(row.entity_id, row.value, row.place, row.holders > 1, row.measured) for row in rows]

    def _ranked(self) -> sa.Subquery:
        """Every entity with its position in the order of the board, its place, and how many hold it."""
        added = self._measured()
        descending = added.c.measured.desc()
        return (
            sa.select(
                added.c.entity_id,
                added.c.value,
                added.c.measured,
                sa.func.row_number().over(order_by=[descending, added.c.entity_id]).label("position"),
                sa.func.rank().over(order_by=descending).label("place"),
                sa.func.count().over(partition_by=added.c.measured).label("holders"),
            )
            .where(added.c.measured.is_not(None))
            .subquery()
        )

    def _measured(self) -> sa.Subquery:
        """(entity_id, value, measured) of all that has an amount; null without what it is divided by."""
        added = self._sums(self.asked).subquery()
        if not is_divided(self.asked):
            return added
        size = sizes(self.session, self.asked)
        quotient = measured(self.asked, added.c.value, size.c.size)
        columns = added.c.entity_id, added.c.value, quotient.label("measured")
        return sa.select(*columns).outerjoin(size, size.c.entity_id == added.c.entity_id).subquery()

    def _sums(self, asked: Asked, ids: Collection[int] | None = None) -> Any:
        """(entity_id, value, measured) of all that has an amount, or of these entities."""
        is_improved = asked.per == "improved"
        rows = self._amounts(asked, (*asked.seasons, *(asked.previous if is_improved else ())), ids)
        value: Any = sa.func.sum(rows.c.amount)
        by, counts = value, value != NOTHING
        if is_improved:
            now, then = sums(asked, rows.c.season, rows.c.amount)
            value, before = sa.func.coalesce(now, NOTHING), sa.func.coalesce(then, NOTHING)
            by = sa.type_coerce(value - before, value.type)
            counts = sa.or_(value != NOTHING, before != NOTHING)
        columns = rows.c.entity_id, value.label("value"), by.label("measured")
        return sa.select(*columns).group_by(rows.c.entity_id).having(counts)

    def _amounts(self, asked: Asked, seasons: tuple[int, ...], ids: Collection[int] | None) -> sa.Subquery:
        """(entity_id, season, amount) of what is added up: kept totals of seasons, or rows."""
        are_kept = not is_unkept(self.session)
        found: list[Any] = []
        for part in asked.added:
            kept = kept_amounts(part, seasons, ids) if are_kept else None
            found.append(_rows(part, seasons, ids) if kept is None else kept)
        return sa.union_all(*found).subquery()


def _rows(asked: Asked, seasons: tuple[int, ...], ids: Collection[int] | None) -> Any:
    """The same from the rows; in public only of companies that publish."""
    counted = source(asked)
    entity = getattr(counted, f"{asked.by}_id")
    statement = sa.select(
        entity.label("entity_id"), counted.season.label("season"), amount_of(asked).label("amount")
    ).where(*ledger_conditions(asked, seasons=seasons), entity.is_not(None))
    if ids is not None:
        statement = statement.where(entity.in_(ids))
    return statement if asked.variant != PUBLIC else statement.where(*_published(asked, entity))


def _published(asked: Asked, entity: Any) -> list[Any]:
    """Neither the company that an entity belongs to nor one that has a share of it may be unpublished."""
    sharers = source(asked).company_id.in_(sa.select(Company.id).where(may_be_named(Company, asked.by)))
    if asked.by == "company":
        return [sharers]
    home = HOMES[asked.by]
    homes = sa.select(home.id).join(Company, Company.id == home.company_id).where(Company.shows_work)
    return [sharers, entity.in_(homes)]

"""Amounts by industry and by park: as the ledger keeps them, else added up from its rows."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.leaderboards.asking import PUBLIC, Asked
from cp_circles.leaderboards.queries.kept import kept_amounts
from cp_circles.leaderboards.queries.months import are_months_kept, of_board
from cp_circles.leaderboards.queries.sums import (
    amount_of,
    ledger_conditions,
    project_count,
    rollup_conditions,
    source,
    sums,
)
from cp_circles.ledger.boards import COUNTED
from cp_circles.ledger.models import BoardIndustry, BoardKey, Rollup
from cp_circles.ledger.tallies import NO_INDUSTRY
from cp_circles.ledger.totals import is_unkept
from cp_circles.organisations.models import Company, Region


def is_upper(asked: Asked) -> bool:
    """True in the regions of the two upper levels, for which the ledger keeps more than for others."""
    return len(asked.scope.region.path_ids) <= len(COUNTED)


def amounts_by_industry(session: Session, asked: Asked) -> Sequence[Any]:
    """(industry or None, amount, amount of the season before, projects) of every industry with rows."""
    if is_upper(asked) and len(asked.seasons) == 1 and are_months_kept(session, asked):
        now, then = sums(asked, BoardKey.season, BoardIndustry.amount)
        projects = sa.func.sum(BoardIndustry.projects).filter(BoardKey.season.in_(asked.seasons))
        industry = sa.func.nullif(BoardIndustry.industry_id, NO_INDUSTRY)
        statement = (
            sa.select(industry, now, then, sa.func.coalesce(projects, 0))
            .join(BoardKey, BoardKey.id == BoardIndustry.board_id)
            .where(
                *of_board(asked),
                BoardKey.season.in_((*asked.seasons, *asked.previous)),
                BoardIndustry.region_id == asked.scope.region.id,
            )
            .group_by(BoardIndustry.industry_id)
        )
    else:
        rows = source(asked)
        now, then = sums(asked, rows.season, amount_of(asked))
        statement = (
            sa.select(rows.industry_id, now, then, project_count(asked))
            .where(*ledger_conditions(asked))
            .group_by(rows.industry_id)
        )
    return session.execute(statement).all()


def amounts_by_park(session: Session, asked: Asked) -> dict[int | None, tuple[Any, Any]]:
    """The amount, and that of the season before, of the companies of today in each park, and in none."""
    rows = sa.union_all(*(_of_companies(session, part) for part in asked.added)).subquery()
    found = session.execute(
        sa.select(Company.park_id, *sums(asked, rows.c.season, rows.c.amount))
        .join(rows, rows.c.entity_id == Company.id)
        .group_by(Company.park_id)
    )
    return {park_id: (value, before) for park_id, value, before in found}


def _of_companies(session: Session, asked: Asked) -> Any:
    """(entity_id, season, amount) of companies: from kept totals, else roll-ups, else the rows.

    In public the kept totals lack those that may not be named, the roll-ups do not.
    """
    if asked.by_rows:
        rows = source(asked)
        entity, amount = rows.company_id.label("entity_id"), amount_of(asked).label("amount")
        return sa.select(entity, rows.season.label("season"), amount).where(*ledger_conditions(asked))
    kept = None
    if asked.variant != PUBLIC and not is_unkept(session):
        kept = kept_amounts(replace(asked, by="company"), (*asked.seasons, *asked.previous))
    if kept is not None:
        return kept
    return (
        sa.select(Rollup.scope_id.label("entity_id"), Rollup.season, Rollup.amount)
        .join(Region, Region.id == Rollup.parent_id)
        .where(*rollup_conditions(asked), Rollup.scope_kind == "company")
        .where(Region.path.startswith(asked.scope.region.path, autoescape=True))
    )

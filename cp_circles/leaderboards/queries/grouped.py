"""Amounts by industry and by park: as the ledger keeps them, else added up from its rows."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.leaderboards.asking import PUBLIC, Asked
from cp_circles.leaderboards.queries.kept import Kept, kept_board
from cp_circles.leaderboards.queries.months import are_months_kept, of_board
from cp_circles.leaderboards.queries.sums import amount_of, ledger_conditions, project_count, source, sums
from cp_circles.ledger.boards import COUNTED
from cp_circles.ledger.models import BoardIndustry, BoardKey, BoardTotal
from cp_circles.ledger.tallies import NO_INDUSTRY
from cp_circles.organisations.models import Company


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
    """The amount, and that of the season before, of the companies of today in each park, and in none.

    The kept board of companies lacks those that do not publish, so it is asked for the whole copy only.
    """
    companies = replace(asked, by="company", per="total")
    kept = kept_board(session, companies) if asked.variant != PUBLIC else None
    if kept is not None:
        return _parks_kept(session, kept)
    rows = source(asked)
    now, then = sums(asked, rows.season, amount_of(asked))
    found = session.execute(
        sa.select(Company.park_id, now, then)
        .join(rows, rows.company_id == Company.id)
        .where(*ledger_conditions(asked))
        .group_by(Company.park_id)
    )
    return {park_id: (value, before) for park_id, value, before in found}


def _parks_kept(session: Session, kept: Kept) -> dict[int | None, tuple[Any, Any]]:
    """The same from the totals of companies."""
    standing = sa.func.sum(BoardTotal.standing)
    found = session.execute(
        sa.select(
            Company.park_id,
            -standing.filter(BoardTotal.board_id == kept.board_id),
            -standing.filter(BoardTotal.board_id == kept.before_id),
        )
        .join(BoardTotal, BoardTotal.entity_id == Company.id)
        .where(BoardTotal.board_id.in_([kept.board_id, kept.before_id or 0]), kept.column == kept.region_id)
        .group_by(Company.park_id)
    )
    return {park_id: (value, before) for park_id, value, before in found}

"""The check that what boards keep ready is what the ledger says, counted in another way than it is kept."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.circles.models import Circle
from cp_circles.ledger.boards import (
    COUNTED,
    KINDS,
    LOWERED,
    MONTH,
    PUBLIC,
    RESTRICTED,
    SCOPES,
    WAITING,
    bucket_of,
    key_of,
    path_ids,
    places_of,
)  # fmt: skip
from cp_circles.ledger.models import (
    Basis,
    BoardCount,
    BoardDay,
    BoardIndustry,
    BoardKey,
    BoardMonth,
    BoardTotal,
    LedgerRow,
)
from cp_circles.ledger.months import day_of, month_of
from cp_circles.ledger.queries import Disagreement
from cp_circles.ledger.tallies import NO_INDUSTRY
from cp_circles.ledger.totals import is_unkept
from cp_circles.organisations.models import Company
from cp_circles.organisations.rules import may_be_named
from cp_circles.projects.models import Project

Sums = dict[tuple[Any, ...], Decimal]


def total_disagreements(session: Session) -> list[Disagreement]:
    """Every total, month, day, industry and count of a board that is not what the ledger rows add up to.

    Nothing where no board is kept yet: then pages add up the ledger itself.
    """
    if is_unkept(session):
        return []
    boards = {row.id: row for row in session.scalars(sa.select(BoardKey))}
    totals = list(session.scalars(sa.select(BoardTotal)))
    stored: Sums = defaultdict(Decimal)
    counted: Sums = defaultdict(Decimal)
    for row in totals:
        board = boards[row.board_id]
        for column in SCOPES:
            if getattr(row, column) is not None:
                key = (board.kind, board.variant, *key_of(board), row.entity_id)
                stored[(*key, column, getattr(row, column))] -= row.standing
        for column in COUNTED:
            if getattr(row, column) is not None:
                counted[row.board_id, getattr(row, column), bucket_of(-row.standing)] += 1
    for month in session.scalars(sa.select(BoardMonth)):
        board = boards[month.board_id]
        stored[board.kind, board.variant, *key_of(board), month.region_id, month.month] += month.amount
    return [
        *_apart(stored, _computed(session)),
        *_apart(_tallies(session, boards), _tallies_computed(session)),
        *_apart(_counts(session), counted),
    ]


def _apart(stored: Sums, computed: Sums) -> list[Disagreement]:
    zero = Decimal(0)
    return [
        Disagreement(key, stored.get(key, zero), computed.get(key, zero))
        for key in sorted({*stored, *computed}, key=str)
        if stored.get(key, zero) != computed.get(key, zero)
    ]


def _counts(session: Session) -> Sums:
    rows = session.scalars(sa.select(BoardCount))
    return {(row.board_id, row.region_id, row.bucket): Decimal(row.entities) for row in rows}


def _tallies(session: Session, boards: Mapping[int, BoardKey]) -> Sums:
    """What is kept of days and industries."""
    sums: Sums = {}
    for day in session.scalars(sa.select(BoardDay)):
        board = boards[day.board_id]
        sums["savings", board.variant, *key_of(board), day.region_id, day.day] = Decimal(day.savings)
    for row in session.scalars(sa.select(BoardIndustry)):
        board = boards[row.board_id]
        at = (board.variant, *key_of(board), row.region_id, row.industry_id)
        sums["projects", *at], sums["industry", *at] = Decimal(row.projects), row.amount
    return sums


def _tallies_computed(session: Session) -> Sums:
    """The same from the ledger, row by row."""
    sums: Sums = defaultdict(Decimal)
    seen: set[tuple[Any, ...]] = set()
    for row in session.scalars(sa.select(LedgerRow)):
        for variant, amount in ((RESTRICTED, row.amount), (PUBLIC, row.public_amount)):
            for region_id in path_ids(row.region_path)[: len(COUNTED)] if amount else ():
                at = (variant, *key_of(row), region_id)
                sums["industry", *at, row.industry_id or NO_INDUSTRY] += amount
                seen.add(("projects", *at, row.industry_id or NO_INDUSTRY, row.project_id))
                if row.basis is Basis.VERIFIED:
                    seen.add(("savings", *at, day_of(row.counted_at), row.saving_id))
    for one in seen:
        sums[one[:-1]] += 1
    return sums


def _computed(session: Session) -> Sums:
    """What every entity adds up to in every scope, row by row."""
    named = {
        kind: set(session.scalars(sa.select(Company.id).where(may_be_named(Company, kind)))) for kind in KINDS
    }
    homes = {
        "project": dict(session.execute(sa.select(Project.id, Project.company_id)).all()),
        "circle": dict(session.execute(sa.select(Circle.id, Circle.company_id)).all()),
    }
    sums: Sums = defaultdict(Decimal)
    steps: dict[tuple[Any, ...], list[LedgerRow]] = defaultdict(list)
    for row in session.scalars(sa.select(LedgerRow)):
        tail = key_of(row)
        for region_id in path_ids(row.region_path):
            sums[MONTH, RESTRICTED, *tail, region_id, month_of(row.counted_at)] += row.amount
            sums[MONTH, PUBLIC, *tail, region_id, month_of(row.counted_at)] += row.public_amount
            if row.amount:
                steps[row.saving_id, *tail[1:], region_id].append(row)
        for kind in KINDS:
            entity = getattr(row, f"{kind}_id")
            if entity is None:
                continue
            home = row.company_id if kind == "company" else homes[kind].get(entity)
            shown = home in named[kind] and row.company_id in named[kind]
            for place in places_of(row.region_path, row.company_id):
                sums[kind, RESTRICTED, *tail, entity, *place] += row.amount
                sums[kind, PUBLIC, *tail, entity, *place] += row.public_amount if shown else 0
    for (_saving, *rest, region_id), rows in steps.items():
        _add_path(sums, tuple(rest), region_id, rows)
    return sums


def _add_path(sums: Sums, tail: tuple[Any, ...], region_id: int, rows: Sequence[LedgerRow]) -> None:
    """What a saving waits for in a region, or was lowered by there."""
    signs = {Basis.CLAIMED: -1, Basis.VERIFIED: 1}
    change = sum((signs[row.basis] * row.amount for row in rows), Decimal(0))
    basis = Basis.VERIFIED if any(row.basis is Basis.VERIFIED for row in rows) else Basis.CLAIMED
    month = max(month_of(row.counted_at) for row in rows if row.basis is basis)
    if basis is Basis.CLAIMED:
        sums[WAITING, RESTRICTED, basis, *tail, region_id, month] -= change
    elif change < 0:
        sums[LOWERED, RESTRICTED, basis, *tail, region_id, month] += change

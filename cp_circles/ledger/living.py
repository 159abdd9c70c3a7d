"""What still works of verified savings in later seasons, with its totals in the same transaction."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from cp_circles.calc.exact import round_half_up
from cp_circles.ledger.models import Basis, LedgerRow, LivingRow, LivingTotal
from cp_circles.ledger.queries import companies_of_saving, frozen_paths, rows_of_saving
from cp_circles.ledger.totals import wait_for_turn
from cp_circles.organisations.models import Industry

MONEY_PLACES, QUANTITY_PLACES = 2, 6
COPIED = (
    "saving_id", "project_id", "circle_id", "company_id", "region_path", "industry_id", "metric", "currency",
    "domain", "focus_area",
)  # fmt: skip
Key = tuple[str, int, int, str, str]


def count_living(session: Session, *, saving_id: int, season: int, share: Decimal, now: datetime) -> None:
    """Let the part of a verified saving that still works count in a later season, replacing what counted.

    ValueError for a share outside 0 to 1, and for the season in which the saving was verified.
    """
    if not 0 <= share <= 1:
        raise ValueError("a share lies between 0 and 1")
    wait_for_turn(session, companies_of_saving(session, saving_id))
    verified = rows_of_saving(session, saving_id, Basis.VERIFIED)
    if any(row.season >= season for row in verified.values()):
        raise ValueError("a saving lives on in later seasons only")
    uncount_living(session, saving_id=saving_id, season=season)
    frozen = frozen_paths(session, season)
    held = {(row.metric, row.company_id): row for row in _rows_of(session, saving_id, season)}
    for row in verified.values():
        places = MONEY_PLACES if row.currency else QUANTITY_PLACES
        amount = round_half_up(row.amount * share, places)
        if amount:
            living = held.get((row.metric, row.company_id)) or _row(row, season, share, now)
            living.share, living.counted_at = share, now
            session.add(living)
            _set(session, living, amount, frozen)
    session.flush()


def uncount_living(session: Session, *, saving_id: int, season: int | None = None) -> None:
    """Take a saving out of later seasons, one or all; a no-op if it counts in none.

    While a freeze covers a row, what public boards show of it stays until the freeze is lifted.
    """
    living = sa.select(LivingRow.company_id).where(LivingRow.saving_id == saving_id)
    wait_for_turn(session, set(session.scalars(living)))
    for row in _rows_of(session, saving_id, season):
        _set(session, row, Decimal(0), frozen_paths(session, row.season))
    session.flush()


def release_living(session: Session, *, season: int, region_path: str) -> None:
    """Let the public amounts below a region follow again, once its freeze is lifted."""
    frozen = frozen_paths(session, season)
    behind = sa.select(LivingRow).where(
        LivingRow.season == season,
        LivingRow.region_path.startswith(region_path, autoescape=True),
        LivingRow.amount != LivingRow.public_amount,
    )
    for row in session.scalars(behind.order_by(LivingRow.id)).all():
        _set(session, row, row.amount, frozen)
    session.flush()


def _rows_of(session: Session, saving_id: int, season: int | None) -> Sequence[LivingRow]:
    wanted = sa.select(LivingRow).where(LivingRow.saving_id == saving_id).order_by(LivingRow.id)
    if season is not None:
        wanted = wanted.where(LivingRow.season == season)
    return session.scalars(wanted.execution_options(populate_existing=True)).all()


def _set(session: Session, row: LivingRow, amount: Decimal, frozen: Sequence[str]) -> None:
    """Let a row count another amount, in public too unless it is frozen; one that counts nowhere goes."""
    if amount != row.amount:
        _move(session, row, amount - row.amount)
    row.amount = amount
    if not any(row.region_path.startswith(path) for path in frozen):
        row.public_amount = amount
    if row.amount or row.public_amount:
        return
    if row in session.new:
        session.expunge(row)
    else:
        session.delete(row)


def living_by_season(session: Session, *, company_id: int) -> list[tuple[int, str, str, Decimal]]:
    """(season, metric, currency, amount) of what lives on in a company, in order."""
    rows = session.execute(
        sa.select(
            LivingTotal.season, LivingTotal.metric, LivingTotal.currency, sa.func.sum(LivingTotal.amount)
        )
        .where(LivingTotal.scope_kind == "company", LivingTotal.scope_id == company_id)
        .group_by(LivingTotal.season, LivingTotal.metric, LivingTotal.currency)
        .order_by(LivingTotal.season, LivingTotal.metric)
    )
    return [(season, metric, currency, amount) for season, metric, currency, amount in rows if amount]


def living_disagreements(session: Session) -> list[tuple[Key, Decimal, Decimal]]:
    """(scope and metric, stored, computed) of each total that is not the sum of its rows."""
    computed: dict[Key, Decimal] = defaultdict(Decimal)
    industries = _chains(session)
    for row in session.scalars(sa.select(LivingRow)):
        for kind, id_, _ in _scopes(row, industries):
            computed[kind, id_, row.season, row.metric, row.currency] += row.amount
    stored: dict[Key, Decimal] = defaultdict(Decimal)
    for total in session.scalars(sa.select(LivingTotal)):
        stored[total.scope_kind, total.scope_id, total.season, total.metric, total.currency] += total.amount
    nothing = Decimal(0)
    return [
        (key, stored.get(key, nothing), computed.get(key, nothing))
        for key in sorted({*stored, *computed})
        if stored.get(key, nothing) != computed.get(key, nothing)
    ]


def _row(row: LedgerRow, season: int, share: Decimal, now: datetime) -> LivingRow:
    """A row that counts nothing yet."""
    copied = {name: getattr(row, name) for name in COPIED}
    nothing = Decimal(0)
    return LivingRow(
        **copied, season=season, share=share, amount=nothing, public_amount=nothing, counted_at=now
    )


def _chains(session: Session) -> dict[int, tuple[int, ...]]:
    rows = session.execute(sa.select(Industry.id, Industry.parent_id))
    return {id_: (parent, id_) if parent else (id_,) for id_, parent in rows}


def _scopes(row: LivingRow, industries: Mapping[int, tuple[int, ...]]) -> list[tuple[str, int, int]]:
    """Every (kind, id, parent id) that a living row counts for, as for the ledger's own rows."""
    path = [int(part) for part in row.region_path.strip("/").split("/")]
    found = [("region", id_, path[place - 1] if place else 0) for place, id_ in enumerate(path)]
    found.append(("company", row.company_id, path[-1]))
    if row.circle_id is not None:
        found.append(("circle", row.circle_id, row.company_id))
    found.append(("project", row.project_id, row.circle_id or 0))
    chain = industries.get(row.industry_id or 0, ())
    return found + [("industry", id_, chain[place - 1] if place else 0) for place, id_ in enumerate(chain)]


def _move(session: Session, row: LivingRow, change: Decimal) -> None:
    """Add a change to every total above a row, always in one order, so that no two acts wait crosswise."""
    industry = session.get(Industry, row.industry_id) if row.industry_id else None
    chains = (
        {industry.id: (industry.parent_id, industry.id) if industry.parent_id else (industry.id,)}
        if industry
        else {}
    )
    table: Any = LivingTotal.__table__
    kind = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    insert = kind.insert(table)
    statement = insert.on_conflict_do_update(
        index_elements=["scope_kind", "scope_id", "parent_id", "season", "metric", "currency"],
        set_={"amount": table.c.amount + insert.excluded.amount},
    )
    same = {"season": row.season, "metric": row.metric, "currency": row.currency, "amount": change}
    scopes = sorted(_scopes(row, chains))
    session.execute(
        statement,
        [{"scope_kind": each, "scope_id": id_, "parent_id": above} | same for each, id_, above in scopes],
    )

"""What a board adds up: conditions on ledger rows and roll-ups, and the scope's own total."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from cp_circles.leaderboards.asking import PUBLIC, Asked, Scope
from cp_circles.leaderboards.queries.narrowing import narrowed
from cp_circles.leaderboards.queries.readers import seasons_known
from cp_circles.ledger.models import Basis, LedgerRow, LivingRow, Rollup
from cp_circles.organisations.models import Company
from cp_circles.organisations.rules import may_be_named

ZERO = Decimal(0)


@dataclass(frozen=True)
class Competitor:
    """One row of a board before it is ranked; `before` is the amount of the season before."""

    id: int
    name: str
    name_en: str = ""
    value: Decimal = ZERO
    before: Decimal | None = None
    under: str = ""
    under_en: str = ""
    company_id: int | None = None
    code: str = ""
    heads: int | None = None
    output: Decimal | None = None
    projects: int = 0
    circles: int | None = None
    people: int | None = None


COLUMNS = (
    "saving_id", "project_id", "circle_id", "company_id", "region_path", "industry_id", "season", "metric",
    "currency", "domain", "focus_area", "amount", "public_amount", "counted_at",
)  # fmt: skip


@cache
def _later() -> Any:
    """What still works of verified savings in later seasons, as rows of the ledger."""
    return _as_ledger(_living_rows().subquery("still"))


@cache
def _with_living() -> Any:
    """Verified ledger rows and what still works of them in later seasons, as one entity."""
    own = sa.select(*(getattr(LedgerRow, name) for name in COLUMNS), LedgerRow.basis)
    both = sa.union_all(own.where(LedgerRow.basis == Basis.VERIFIED), _living_rows())
    return _as_ledger(both.subquery("counted"))


def _living_rows() -> Any:
    verified = sa.literal(Basis.VERIFIED, LedgerRow.basis.type).label("basis")
    return sa.select(*(getattr(LivingRow, name) for name in COLUMNS), verified)


def _as_ledger(rows: Any) -> Any:
    return aliased(LedgerRow, rows, adapt_on_names=True)


def source(asked: Asked) -> Any:
    """The rows that a board adds up: the ledger's, the living ones of later seasons, or both."""
    if asked.still:
        return _later()
    return _with_living() if asked.living else LedgerRow


def amount_of(asked: Asked) -> Any:
    """The column that the variant reads."""
    rows = source(asked)
    return rows.public_amount if asked.variant == PUBLIC else rows.amount


def ledger_conditions(
    asked: Asked,
    *,
    seasons: Sequence[int] | None = None,
    both_bases: bool = False,
    any_metric: bool = False,
) -> list[Any]:
    """What rows a board adds up; `seasons` replaces those of the board, none of them meaning all.

    `any_metric` takes every metric without a currency or in the board's.
    """
    board, scope, rows = asked.filter, asked.scope, source(asked)
    years = tuple(asked.seasons) + asked.previous if seasons is None else tuple(seasons)
    conditions = [
        rows.currency.in_(["", board.currency or "CNY"]) if any_metric else rows.currency == board.currency,
        rows.region_path.startswith(scope.region.path, autoescape=True),
    ]
    if not any_metric:
        conditions.append(rows.metric == board.metric)
    if not both_bases:
        conditions.append(rows.basis == board.basis)
    if years:
        conditions.append(rows.season.in_(years))
    if board.domains:
        conditions.append(rows.domain.in_(board.domains))
    if board.focus_areas:
        conditions.append(rows.focus_area.in_(board.focus_areas))
    if scope.company is not None:
        conditions.append(rows.company_id == scope.company.id)
    if scope.circle is not None:
        conditions.append(rows.circle_id == scope.circle.id)
    return conditions + narrowed(asked, rows)


def sums(asked: Asked, season: Any, amount: Any) -> tuple[Any, Any]:
    """The amount of the board's seasons, and of the season before."""
    now = sa.func.sum(amount)
    if not asked.previous:
        return now, sa.literal(None)
    return now.filter(season.in_(asked.seasons)), sa.func.sum(amount).filter(season.in_(asked.previous))


def pair(asked: Asked, value: Any, before: Any) -> dict[str, Any]:
    """Two sums as a competitor holds them."""
    return {"value": value or ZERO, "before": (before or ZERO) if asked.previous else None}


def rollup_conditions(asked: Asked) -> list[Any]:
    """What roll-ups a board adds up, the season before included."""
    board = asked.filter
    conditions = [
        Rollup.variant == board.variant,
        Rollup.basis == board.basis,
        Rollup.metric == board.metric,
        Rollup.currency == board.currency,
    ]
    years = (*asked.seasons, *asked.previous)
    if years:
        conditions.append(Rollup.season.in_(years))
    if board.domains:
        conditions.append(Rollup.domain.in_(board.domains))
    if board.focus_areas:
        conditions.append(Rollup.focus_area.in_(board.focus_areas))
    return conditions


def _of_scope(scope: Scope) -> list[Any]:
    """The roll-ups of the scope itself: a region's below the one above it, a circle's below its company.

    A joint circle has others below the companies that share its savings; they are not of this scope.
    """
    found = [Rollup.scope_kind == scope.kind, Rollup.scope_id == scope.id]
    if scope.kind == "region":
        found.append(Rollup.parent_id == (scope.region.parent_id or 0))
    if scope.circle is not None:
        found.append(Rollup.parent_id == scope.circle.company_id)
    return found


def whole_of(session: Session, asked: Asked) -> tuple[Decimal, Decimal | None]:
    """The scope's own total, and that of the season before: from the roll-ups where they hold it.

    Roll-ups hold no living rows, no industries and no parks: there the rows themselves are added up.
    """
    total, total_before = ZERO, ZERO
    for part in asked.added:
        rows, amount, conditions = _own(part)
        value, before = session.execute(sa.select(*sums(part, rows.season, amount)).where(*conditions)).one()
        total, total_before = total + (value or ZERO), total_before + (before or ZERO)
    return total, total_before if asked.previous else None


def _own(asked: Asked) -> tuple[Any, Any, list[Any]]:
    """Where the scope's own amounts stand: the roll-ups or rows, the column, and the conditions."""
    if asked.by_rows:
        return source(asked), amount_of(asked), ledger_conditions(asked)
    return Rollup, Rollup.amount, [*rollup_conditions(asked), *_of_scope(asked.scope)]


def amounts_by_metric(session: Session, asked: Asked) -> dict[str, Decimal]:
    """The scope's verified total on every metric of the board's currency: a statement a part."""
    found: dict[str, Decimal] = {}
    for part in asked.on(Basis.VERIFIED).added:
        rows: Any = session.execute(_by_metric(part))
        for metric, amount in rows:
            found[metric] = found.get(metric, ZERO) + amount
    return {metric: amount for metric, amount in found.items() if amount}


def _by_metric(board: Asked) -> Any:
    if board.by_rows:
        rows = source(board)
        conditions = ledger_conditions(board, seasons=board.seasons, any_metric=True)
        return sa.select(rows.metric, sa.func.sum(amount_of(board))).where(*conditions).group_by(rows.metric)
    conditions = [
        Rollup.variant == board.variant,
        Rollup.basis == Basis.VERIFIED,
        Rollup.currency.in_({"", board.currency or "CNY"}),
        *_of_scope(board.scope),
    ]
    if board.seasons:
        conditions.append(Rollup.season.in_(board.seasons))
    if board.domain:
        conditions.append(Rollup.domain == board.domain)
    if board.focus_area:
        conditions.append(Rollup.focus_area == board.focus_area)
    return sa.select(Rollup.metric, sa.func.sum(Rollup.amount)).where(*conditions).group_by(Rollup.metric)


@dataclass(frozen=True)
class Living:
    """A living total: verified in the seasons shown, still working from before, and all since the start."""

    new: Decimal
    still: Decimal
    since_start: Decimal


def living_parts(session: Session, asked: Asked) -> Living:
    """What a living board's total consists of: a fixed number of statements."""
    new, still = (whole_of(session, part)[0] for part in asked.added)
    last = max(asked.seasons, default=None)
    known = [year for year in seasons_known(session, living=True) if last is None or year <= last]
    since_start, _before = whole_of(session, replace(asked, seasons=(*known, *asked.seasons)))
    return Living(new, still, since_start)


def project_count(asked: Asked) -> Any:
    """How many projects count in the seasons shown, among a group of rows."""
    rows = source(asked)
    counts = [amount_of(asked) != 0, *([rows.season.in_(asked.seasons)] if asked.seasons else [])]
    return sa.func.count(rows.project_id.distinct()).filter(*counts)


def published(asked: Asked, kind: str = "company") -> list[Any]:
    """In public only companies that publish, and circles and projects of those that show them, have a row."""
    return [may_be_named(Company, kind)] if asked.variant == PUBLIC else []

"""Counting and uncounting: the ledger row and every roll-up it moves, in the caller's transaction."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from cp_circles.calc.sharing import parts_of
from cp_circles.db.base import MONEY, QUANTITY, table_of
from cp_circles.db.bulk import insert_rows
from cp_circles.db.events import Acting, record_event
from cp_circles.errors import DomainError, NotAllowed, NotFound, msg
from cp_circles.ledger import queries
from cp_circles.ledger.boards import PUBLIC, RESTRICTED
from cp_circles.ledger.holding import hold_sizes, release_sizes
from cp_circles.ledger.living import release_living, uncount_living
from cp_circles.ledger.models import Basis, BoardFreeze, LedgerRow, Rollup
from cp_circles.ledger.rebuilding import rebuild_rollup_rows, rebuild_totals
from cp_circles.ledger.totals import TURNS, follow, wait_for_turn
from cp_circles.organisations.models import Industry, Region
from cp_circles.people.rules import Actor

ROWS_A_STATEMENT = 2000
LARGE, LARGE_PART = 1000, 4


@dataclass(frozen=True)
class CompanyShare:
    """The part of a joint circle's savings, 0 to 1, that counts to one of its companies."""

    company_id: int
    region_path: str
    industry_id: int | None
    share: Decimal


@dataclass(frozen=True)
class Countable:
    """One saving as the ledger sees it; `amounts` maps a board metric to its base-unit amount.

    Money metrics carry `currency`; the ledger stores an empty currency for all others. Of a joint circle
    `shares` names all companies, the home company too, and adds up to 1; empty: it all counts to one company.
    """

    saving_id: int
    project_id: int
    circle_id: int | None
    company_id: int
    region_path: str
    industry_id: int | None
    season: int
    domain: str
    focus_area: str
    currency: str
    amounts: Mapping[str, Decimal]
    money_metrics: frozenset[str]
    shares: tuple[CompanyShare, ...] = ()

    def by_company(self) -> "list[Countable]":
        """The same saving for each company that it counts to, its amounts divided; they add up exactly."""
        if not self.shares:
            return [self]
        divided: list[dict[str, Decimal]] = [{} for _ in self.shares]
        for metric, amount in self.amounts.items():
            places = MONEY if metric in self.money_metrics else QUANTITY
            parts = parts_of(amount, [row.share for row in self.shares], places)
            for amounts, part in zip(divided, parts, strict=True):
                amounts[metric] = part
        return [
            replace(
                self,
                company_id=row.company_id,
                region_path=row.region_path,
                industry_id=row.industry_id,
                amounts=amounts,
                shares=(),
            )
            for row, amounts in zip(self.shares, divided, strict=True)
        ]


class AlreadyFrozen(DomainError):
    """A freeze covers this region and season already."""

    msgid = msg("The boards of this region are frozen already.")


def count_saving(session: Session, countable: Countable, *, basis: Basis, now: datetime) -> None:
    """Count a saving on every board above it, replacing whatever it counted before on this basis.

    A joint circle's saving counts to each of its companies by share.
    """
    parts = {each.company_id: each for each in countable.by_company()}
    wait_for_turn(session, parts)
    industries = _industry_scopes(session, [each.industry_id for each in parts.values()])
    frozen = queries.frozen_paths(session, countable.season)
    _release_moved(session, countable.saving_id, parts, basis, now)
    stored = queries.rows_of_saving(session, countable.saving_id, basis)
    wanted = {(metric, id_) for id_, each in parts.items() for metric in each.amounts}
    changes: list[tuple[LedgerRow, str, Decimal]] = []
    for metric, company_id in sorted({*wanted, *stored}):
        part = parts[company_id]
        row = stored.get((metric, company_id)) or _new_row(part, metric, basis, now)
        if (metric, company_id) not in stored:
            session.add(row)
        changes += _move(row, part.amounts.get(metric, Decimal(0)), frozen)
    _apply(session, changes, industries)
    session.flush()
    follow(session, changes)
    _forget_empty(session, countable.saving_id)


def count_many(session: Session, countables: Iterable[Countable], *, basis: Basis, now: datetime) -> int:
    """Count many savings at once, exactly as one `count_saving` each would; gives back how many rows are new.

    Savings that count already are replaced one by one; all others take one statement for their rows, and each
    roll-up is moved once by the sum of what they change. Where they are a large part of the ledger, all that
    stands above it is computed afresh instead, which takes a tenth of the time a row.
    """
    wanted = list(countables)
    known = queries.savings_counted(session, [each.saving_id for each in wanted], basis)
    for each in wanted:
        if each.saving_id in known:
            count_saving(session, each, basis=basis, now=now)
    fresh = [each for each in wanted if each.saving_id not in known]
    is_large = _is_large(session, fresh)
    companies = {part.company_id for each in fresh for part in each.by_company()}
    wait_for_turn(session, range(TURNS) if is_large else companies)
    frozen = {season: queries.frozen_paths(session, season) for season in {each.season for each in fresh}}
    rows, changes = [], []
    for each in fresh:
        for metric in sorted(each.amounts):
            row: Any = SimpleNamespace(**_new_values(each, metric, basis, now))
            moved = _move(row, each.amounts[metric], frozen[each.season])
            if moved:
                rows.append(vars(row))
                changes += moved
    insert_rows(session, table_of(LedgerRow), rows, {})
    if is_large:
        rebuild_rollup_rows(session)
        rebuild_totals(session)
        return len(rows)
    _apply(session, changes, _industry_scopes(session, [each.industry_id for each in fresh]))
    follow(session, changes)
    return len(rows)


def _is_large(session: Session, countables: Sequence[Countable]) -> bool:
    """True for so many savings that computing everything afresh is cheaper than moving what they touch."""
    if len(countables) < LARGE:
        return False
    known = session.scalar(sa.select(sa.func.count()).select_from(LedgerRow)) or 0
    return known < LARGE_PART * sum(len(each.amounts) for each in countables)


def uncount_saving(session: Session, *, saving_id: int, basis: Basis) -> None:
    """Take a saving off every board, of later seasons too; a no-op if it did not count.

    Whoever moves the same rows comes first; then the season's own boards, then later ones, as in counting.
    """
    wait_for_turn(session, queries.companies_of_saving(session, saving_id))
    rows = list(queries.rows_of_saving(session, saving_id, basis).values())
    if rows:
        _uncount_rows(session, saving_id, rows)
    if basis is Basis.VERIFIED:
        uncount_living(session, saving_id=saving_id)


def _uncount_rows(session: Session, saving_id: int, rows: Sequence[LedgerRow]) -> None:
    industries = _industry_scopes(session, [row.industry_id for row in rows])
    frozen = queries.frozen_paths(session, rows[0].season)
    changes: list[tuple[LedgerRow, str, Decimal]] = []
    for row in rows:
        changes += _move(row, Decimal(0), frozen)
    _apply(session, changes, industries)
    session.flush()
    follow(session, changes)
    _forget_empty(session, saving_id)


def freeze_boards(
    session: Session, *, actor: Actor, region: Region, season: int, reason: str, now: datetime
) -> BoardFreeze:
    """Hold the public copy of a region's boards where it is; whoever counts at the same time comes first."""
    _require_official(actor, region)
    wait_for_turn(session, range(TURNS))
    if queries.is_frozen(session, region, season):
        raise AlreadyFrozen
    freeze = BoardFreeze(
        region_id=region.id,
        region_path=region.path,
        season=season,
        reason=reason,
        frozen_at=now,
        frozen_by_id=actor.person_id,
    )
    session.add(freeze)
    session.flush()
    hold_sizes(session, freeze)
    record_event(session, actor=actor, verb="ledger.freeze_boards", subject=freeze, at=now, reason=reason)
    return freeze


def lift_freeze(session: Session, *, actor: Actor, freeze: BoardFreeze, now: datetime) -> None:
    """Let the public copy follow again, in one transaction with all it had missed.

    Whoever counts at the same time comes first: what they count behind the freeze is brought up too.
    """
    region = session.get_one(Region, freeze.region_id)
    _require_official(actor, region)
    wait_for_turn(session, range(TURNS))
    session.refresh(freeze)
    if freeze.lifted_at is not None:
        raise DomainError(msg("This freeze has been lifted already."))
    freeze.lifted_at = now
    session.flush()
    frozen = queries.frozen_paths(session, freeze.season)
    rows = queries.rows_behind_in_public(session, freeze.season, freeze.region_path)
    changes = [change for row in rows for change in _move(row, row.amount, frozen)]
    _apply(session, changes, _industry_scopes(session, [row.industry_id for row in rows]))
    session.flush()
    follow(session, changes)
    release_living(session, season=freeze.season, region_path=freeze.region_path)
    release_sizes(session, freeze)
    record_event(session, actor=actor, verb="ledger.lift_freeze", subject=freeze, at=now)


def rebuild_rollups(session: Session, *, actor: Acting, now: datetime) -> int:
    """Compute every roll-up and board total afresh from the ledger; returns how many roll-ups there are.

    Whoever counts at the same time waits.
    """
    wait_for_turn(session, range(TURNS))
    rebuild_rollup_rows(session)
    rebuild_totals(session)
    return session.scalar(sa.select(sa.func.count()).select_from(Rollup)) or 0


def _require_official(actor: Actor, region: Region) -> None:
    """Only an official of the region, or an administrator, moves its public boards."""
    if actor.is_administrator or actor.oversees(region.path):
        return
    if not actor.grants:
        raise NotFound
    raise NotAllowed(msg("Only an official of this region may freeze its boards."))


def _release_moved(
    session: Session, saving_id: int, parts: Mapping[int, Countable], basis: Basis, now: datetime
) -> None:
    """Take rows that stand in another season or place off every board, a frozen one too, and drop them.

    Such rows are left where a freeze kept the public amount of a saving that was claimed anew elsewhere.
    """
    moved = []
    for (metric, company_id), row in queries.rows_of_saving(session, saving_id, basis).items():
        part = parts.get(company_id)
        wanted = _new_values(part, metric, basis, now) if part else {}
        if any(getattr(row, name) != wanted.get(name) for name in PLACE_COLUMNS):
            moved.append(row)
    if not moved:
        return
    changes = [(row, RESTRICTED, -row.amount) for row in moved]
    changes += [(row, PUBLIC, -row.public_amount) for row in moved]
    _apply(session, changes, _industry_scopes(session, [row.industry_id for row in moved]))
    for row in moved:
        session.delete(row)
    session.flush()
    follow(session, [change for change in changes if change[2]])


def _new_row(countable: Countable, metric: str, basis: Basis, now: datetime) -> LedgerRow:
    """An empty ledger row for one metric of a saving."""
    return LedgerRow(**_new_values(countable, metric, basis, now))


def _new_values(countable: Countable, metric: str, basis: Basis, now: datetime) -> dict[str, Any]:
    """The columns of an empty ledger row."""
    return dict(
        saving_id=countable.saving_id,
        project_id=countable.project_id,
        circle_id=countable.circle_id,
        company_id=countable.company_id,
        region_path=countable.region_path,
        industry_id=countable.industry_id,
        season=countable.season,
        metric=metric,
        currency=countable.currency if metric in countable.money_metrics else "",
        basis=basis,
        domain=countable.domain,
        focus_area=countable.focus_area,
        amount=Decimal(0),
        public_amount=Decimal(0),
        counted_at=now,
    )


def _move(row: LedgerRow, amount: Decimal, frozen: Iterable[str]) -> list[tuple[LedgerRow, str, Decimal]]:
    """Set a row's amount and say which roll-ups change by how much."""
    changes = [(row, RESTRICTED, amount - row.amount)]
    row.amount = amount
    if not any(row.region_path.startswith(path) for path in frozen):
        changes.append((row, PUBLIC, amount - row.public_amount))
        row.public_amount = amount
    return [change for change in changes if change[2]]


def _apply(
    session: Session,
    changes: Iterable[tuple[LedgerRow, str, Decimal]],
    industries: Mapping[int, tuple[int, ...]],
) -> None:
    """Add the changes to every roll-up, in key order so that two writers never lock crosswise."""
    deltas: dict[tuple[Any, ...], Decimal] = defaultdict(Decimal)
    for row, variant, delta in changes:
        tail = (row.season, row.metric, row.currency, row.basis, row.domain, row.focus_area)
        for scope in scopes_of(row, industries):
            deltas[(variant, *scope, *tail)] += delta
    values = [
        dict(zip(KEY_COLUMNS, key, strict=True), amount=delta)
        for key, delta in sorted(deltas.items(), key=lambda item: _in_order(item[0]))
        if delta
    ]
    for start in range(0, len(values), ROWS_A_STATEMENT):
        session.execute(_upsert(session), values[start : start + ROWS_A_STATEMENT])


def _in_order(key: tuple[Any, ...]) -> tuple[Any, ...]:
    """A roll-up's key with its basis as text, so that keys can be put in order."""
    return tuple(part.value if isinstance(part, Basis) else part for part in key)


PLACE_COLUMNS = (
    "project_id", "circle_id", "company_id", "region_path", "industry_id", "season", "currency", "domain",
    "focus_area",
)  # fmt: skip
KEY_COLUMNS = (
    "variant", "scope_kind", "scope_id", "parent_id", "season", "metric", "currency", "basis", "domain",
    "focus_area",
)  # fmt: skip


def _upsert(session: Session) -> Any:
    """A statement that adds an amount to its roll-up, creating the row where it is missing."""
    dialect = session.get_bind().dialect.name
    table: Any = Rollup.__table__
    insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    return insert.on_conflict_do_update(
        index_elements=list(KEY_COLUMNS),
        set_={"amount": table.c.amount + insert.excluded.amount},
    )


def scopes_of(row: LedgerRow, industries: Mapping[int, tuple[int, ...]]) -> list[tuple[str, int, int]]:
    """Every (kind, id, parent id) that a ledger row counts for, from the nation to the project."""
    path = [int(part) for part in row.region_path.strip("/").split("/")]
    scopes = [("region", region, path[index - 1] if index else 0) for index, region in enumerate(path)]
    scopes.append(("company", row.company_id, path[-1]))
    if row.circle_id is not None:
        scopes.append(("circle", row.circle_id, row.company_id))
    scopes.append(("project", row.project_id, row.circle_id or 0))
    chain = industries.get(row.industry_id or 0, ())
    scopes += [
        ("industry", industry, chain[index - 1] if index else 0) for index, industry in enumerate(chain)
    ]
    return scopes


def _industry_scopes(session: Session, ids: Iterable[int | None]) -> dict[int, tuple[int, ...]]:
    """For each industry its chain of ids from the section down: one query for the parents."""
    wanted = {id_ for id_ in ids if id_ is not None}
    if not wanted:
        return {}
    parents = dict(
        session.execute(sa.select(Industry.id, Industry.parent_id).where(Industry.id.in_(wanted))).all()
    )
    return {id_: (parent, id_) if parent else (id_,) for id_, parent in parents.items()}


def _forget_empty(session: Session, saving_id: int) -> None:
    """Drop ledger rows that count nowhere any more."""
    session.execute(
        sa.delete(LedgerRow).where(
            LedgerRow.saving_id == saving_id, LedgerRow.amount == 0, LedgerRow.public_amount == 0
        )
    )

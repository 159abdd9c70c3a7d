"""Roll-ups and board totals computed afresh from the ledger, by a few statements whatever its size."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from cp_circles.circles.models import Circle
from cp_circles.db.base import table_of
from cp_circles.db.bulk import count_anew
from cp_circles.ledger.boards import (
    COUNTED,
    KINDS,
    MONTH,
    PATHS,
    PUBLIC,
    REGIONS,
    RESTRICTED,
    SCOPES,
    VARIANTS,
    Cell,
    board_ids,
    path_ids,
    rows_of_cells,
)
from cp_circles.ledger.models import (
    Basis,
    BoardCount,
    BoardDay,
    BoardIndustry,
    BoardKey,
    BoardMonth,
    BoardTotal,
    LedgerRow,
    Rollup,
)
from cp_circles.ledger.months import day_column, month_column
from cp_circles.ledger.tallies import NO_INDUSTRY
from cp_circles.organisations.models import Company, Industry
from cp_circles.organisations.rules import may_be_named
from cp_circles.projects.models import Project

TAIL = ("season", "metric", "currency", "basis", "domain", "focus_area")
LEDGER, ROLLUPS, TOTALS = table_of(LedgerRow), table_of(Rollup), table_of(BoardTotal)
KEYS, COUNTS, MONTHS = table_of(BoardKey), table_of(BoardCount), table_of(BoardMonth)
AMOUNTS = {RESTRICTED: LEDGER.c.amount, PUBLIC: LEDGER.c.public_amount}
Columns = Mapping[str, Any]


def rebuild_rollup_rows(session: Session) -> None:
    """Replace every roll-up by the sums of the ledger rows."""
    session.flush()
    session.execute(sa.delete(Rollup))
    count_anew(session, LEDGER)
    paths = session.scalars(sa.select(LEDGER.c.region_path).distinct()).all()
    with (
        _temporary(session, "steps_up", _steps(paths), sa.String(80)) as steps,
        _temporary(session, "industries_up", _industry_steps(session), sa.Integer()) as industries,
    ):
        company = LEDGER.c.company_id
        for variant, amount in AMOUNTS.items():
            at = steps.c.key == LEDGER.c.region_path
            _roll_up(session, variant, "region", steps.c.scope_id, steps.c.parent_id, amount, (steps, at))
            leaf = sa.and_(at, steps.c.is_last)
            _roll_up(session, variant, "company", company, steps.c.scope_id, amount, (steps, leaf))
            _roll_up(session, variant, "circle", LEDGER.c.circle_id, company, amount)
            above = sa.func.coalesce(LEDGER.c.circle_id, sa.literal_column("0"))
            _roll_up(session, variant, "project", LEDGER.c.project_id, above, amount)
            within = industries.c.key == LEDGER.c.industry_id
            _roll_up(
                session, variant, "industry", industries.c.scope_id, industries.c.parent_id, amount,
                (industries, within),
            )  # fmt: skip


def _steps(paths: Iterable[str], depth: int | None = None) -> Iterator[dict[str, Any]]:
    """Every region above each place, down to a depth, with the one above it in turn."""
    for path in paths:
        ids = path_ids(path)
        for n, id_ in enumerate(ids[:depth]):
            above = ids[n - 1] if n else 0
            yield {"key": path, "scope_id": id_, "parent_id": above, "is_last": n == len(ids) - 1}


def _industry_steps(session: Session) -> Iterator[dict[str, Any]]:
    """Every industry above each industry, with the one above it in turn."""
    for id_, parent in session.execute(sa.select(Industry.id, Industry.parent_id)).all():
        if parent:
            yield {"key": id_, "scope_id": parent, "parent_id": 0, "is_last": False}
        yield {"key": id_, "scope_id": id_, "parent_id": parent or 0, "is_last": True}


@contextmanager
def _temporary(
    session: Session, name: str, rows: Iterable[Mapping[str, Any]], key: Any
) -> Iterator[sa.Table]:
    """A temporary table of steps: `key` stands below `scope_id`, and that below `parent_id`."""
    table = sa.Table(
        name,
        sa.MetaData(),
        sa.Column("key", key, index=True),
        sa.Column("scope_id", sa.Integer),
        sa.Column("parent_id", sa.Integer),
        sa.Column("is_last", sa.Boolean),
        prefixes=["TEMPORARY"],
    )
    table.create(session.connection())
    given = list(rows)
    if given:
        session.execute(sa.insert(table), given)
    count_anew(session, table)
    yield table
    table.drop(session.connection())


def _roll_up(
    session: Session,
    variant: str,
    kind: str,
    scope: Any,
    parent: Any,
    amount: Any,
    joined: tuple[sa.Table, Any] | None = None,
) -> None:
    """One kind of roll-up: the sums of all rows by scope, parent and everything that boards filter by."""
    tail = [LEDGER.c[name] for name in TAIL]
    source = LEDGER.join(*joined) if joined else LEDGER
    total = sa.func.sum(amount)
    statement = (
        sa.select(sa.literal(variant), sa.literal(kind), scope, parent, *tail, total)
        .select_from(source)
        .where(scope.is_not(None))
        .group_by(scope, parent, *tail)
        .having(total != sa.literal_column("0"))
    )
    names = ["variant", "scope_kind", "scope_id", "parent_id", *TAIL, "amount"]
    session.execute(sa.insert(ROLLUPS).from_select(names, statement))


def rebuild_totals(session: Session) -> None:
    """Replace all that boards keep ready by what the ledger says."""
    session.flush()
    for model in (BoardCount, BoardDay, BoardIndustry, BoardMonth, BoardTotal, BoardKey):
        session.execute(sa.delete(model))
    names = ("basis", "metric", "currency", "season")
    found = session.execute(sa.select(*(getattr(LedgerRow, name) for name in names)).distinct()).all()
    if not found:
        return
    board_ids(session, {(basis, metric, currency, season) for basis, metric, currency, season in found})
    count_anew(session, LEDGER, KEYS, *map(table_of, (Company, Circle, Project)))
    paths = session.scalars(sa.select(LEDGER.c.region_path).distinct()).all()
    with _places(session, paths) as places:
        for kind in KINDS:
            for variant in VARIANTS:
                _fill(session, kind, variant, places)
    count_anew(session, TOTALS)
    _divide_shared(session)
    with _temporary(session, "steps_up", _steps(paths), sa.String(80)) as steps:
        _fill_months(session, steps)
        _fill_paths(session, steps)
    with _temporary(session, "upper_steps", _steps(paths, len(COUNTED)), sa.String(80)) as upper:
        _fill_days(session, upper)
        _fill_industries(session, upper)
    _fill_counts(session)


@contextmanager
def _places(session: Session, paths: Iterable[str]) -> Iterator[sa.Table]:
    """A temporary table of the regions above each place, by their depth."""
    columns = [sa.Column(name, sa.Integer) for name in REGIONS]
    path = sa.Column("path", sa.String(80), primary_key=True)
    table = sa.Table("places_up", sa.MetaData(), path, *columns, prefixes=["TEMPORARY"])
    table.create(session.connection())
    session.execute(sa.insert(table), [_depths(place) for place in paths])
    count_anew(session, table)
    yield table
    table.drop(session.connection())


def _depths(path: str) -> dict[str, Any]:
    ids = path_ids(path)
    return {"path": path} | {name: ids[n] if n < len(ids) else None for n, name in enumerate(REGIONS)}


def _of_board(kind: str, variant: str) -> Any:
    """The condition under which a ledger row belongs to a board of a kind and variant."""
    same = [KEYS.c[name] == LEDGER.c[name] for name in ("basis", "metric", "currency", "season")]
    return sa.and_(KEYS.c.kind == kind, KEYS.c.variant == variant, *same)


def _fill(session: Session, kind: str, variant: str, places: sa.Table) -> None:
    """A row for each entity, region and company in which it counts anything."""
    column = LEDGER.c[f"{kind}_id"]
    source: Any = LEDGER.join(KEYS, _of_board(kind, variant))
    shown: list[Any] = [column.is_not(None)]
    if variant == PUBLIC:
        source, shown = _published(source, kind, column, shown)
    total = sa.func.sum(AMOUNTS[variant])
    cell = (KEYS.c.id, column, *(places.c[name] for name in REGIONS), LEDGER.c.company_id)
    statement = (
        sa.select(*cell, -total)
        .select_from(source.join(places, places.c.path == LEDGER.c.region_path))
        .where(*shown)
        .group_by(*cell)
        .having(total != sa.literal_column("0"))
    )
    names = ["board_id", "entity_id", *SCOPES, "standing"]
    session.execute(sa.insert(TOTALS).from_select(names, statement))


def _published(source: Any, kind: str, column: Any, shown: list[Any]) -> tuple[Any, list[Any]]:
    """The same for rows and entities of companies that publish only."""
    sharer = aliased(Company)
    source = source.join(sharer, sharer.id == LEDGER.c.company_id)
    shown = [*shown, may_be_named(sharer, kind)]
    if kind == "company":
        return source, shown
    home_of: Any = Project if kind == "project" else Circle
    home = aliased(Company)
    source = source.join(home_of, home_of.id == column).join(home, home.id == home_of.company_id)
    return source, [*shown, may_be_named(home, kind)]


def _divide_shared(session: Session) -> None:
    """Entities that count in several places: their cells become a row for each set of scopes."""
    several = (
        sa.select(TOTALS.c.board_id, TOTALS.c.entity_id)
        .group_by(TOTALS.c.board_id, TOTALS.c.entity_id)
        .having(sa.func.count() > 1)
        .subquery()
    )
    rows = session.execute(
        sa.select(TOTALS).join(
            several,
            sa.and_(several.c.board_id == TOTALS.c.board_id, several.c.entity_id == TOTALS.c.entity_id),
        )
    ).all()
    cells: dict[tuple[int, int], list[Cell]] = defaultdict(list)
    for row in rows:
        path = "/".join(str(getattr(row, name)) for name in REGIONS if getattr(row, name) is not None)
        cells[row.board_id, row.entity_id].append((path, row.company_id, -row.standing))
    _write_divided(session, [row.id for row in rows], cells)


def _write_divided(
    session: Session, row_ids: Sequence[int], cells: Mapping[tuple[int, int], Sequence[Cell]]
) -> None:
    if not row_ids:
        return
    session.execute(
        sa.delete(TOTALS).where(TOTALS.c.id == sa.bindparam("row")), [{"row": id_} for id_ in row_ids]
    )
    session.execute(
        sa.insert(TOTALS),
        [
            {"board_id": board, "entity_id": entity, "standing": -amount}
            | {column: scopes.get(column) for column in SCOPES}
            for (board, entity), of_entity in cells.items()
            for scopes, amount in rows_of_cells(of_entity)
        ],
    )


def _fill_months(session: Session, steps: sa.Table) -> None:
    at = month_column(LEDGER.c.counted_at)
    for variant, amount in AMOUNTS.items():
        total = sa.func.sum(amount)
        statement = (
            sa.select(KEYS.c.id, steps.c.scope_id, at, total)
            .select_from(_upward(steps, variant))
            .group_by(KEYS.c.id, steps.c.scope_id, at)
            .having(total != sa.literal_column("0"))
        )
        session.execute(
            sa.insert(MONTHS).from_select(["board_id", "region_id", "month", "amount"], statement)
        )


def _fill_paths(session: Session, steps: sa.Table) -> None:
    """What waits and what was lowered, as `paths.path_sums` computes it."""
    saving = _by_saving(steps)
    nothing: Any = sa.literal_column("0")
    claimed = sa.func.coalesce(saving.c.claimed, nothing)
    waits = saving.c.verified.is_(None)
    moved = sa.func.sum(sa.case((waits, claimed), else_=saving.c.verified - claimed))
    kinds = [
        sa.and_(waits if basis is Basis.CLAIMED else ~waits, KEYS.c.kind == kind, KEYS.c.basis == basis)
        for basis, kind in PATHS.items()
    ]
    same = [KEYS.c[name] == saving.c[name] for name in ("metric", "currency", "season")]
    at = (KEYS.c.id, saving.c.scope_id, month_column(saving.c.at))
    statement = (
        sa.select(*at, moved)
        .select_from(saving.join(KEYS, sa.and_(KEYS.c.variant == RESTRICTED, *same, sa.or_(*kinds))))
        .where(sa.or_(waits, saving.c.verified < claimed))
        .group_by(*at)
        .having(moved != nothing)
    )
    session.execute(sa.insert(MONTHS).from_select(["board_id", "region_id", "month", "amount"], statement))


def _by_saving(steps: sa.Table) -> sa.Subquery:
    """What each saving has claimed and verified in each region, and when it did so last."""
    group = (LEDGER.c.saving_id, LEDGER.c.season, LEDGER.c.metric, LEDGER.c.currency, steps.c.scope_id)
    of_claims, of_verified = (LEDGER.c.basis == basis for basis in (Basis.CLAIMED, Basis.VERIFIED))
    amount, at = sa.func.sum(LEDGER.c.amount), sa.func.max(LEDGER.c.counted_at)
    return (
        sa.select(
            *group,
            amount.filter(of_claims).label("claimed"),
            amount.filter(of_verified).label("verified"),
            sa.func.coalesce(at.filter(of_verified), at.filter(of_claims)).label("at"),
        )
        .select_from(LEDGER.join(steps, steps.c.key == LEDGER.c.region_path))
        .where(LEDGER.c.amount != sa.literal_column("0"))
        .group_by(*group)
        .subquery()
    )


def _fill_days(session: Session, steps: sa.Table) -> None:
    """How many savings came to count on each day in the upper regions."""
    day = day_column(LEDGER.c.counted_at)
    for variant, amount in AMOUNTS.items():
        at = (KEYS.c.id, steps.c.scope_id, day)
        statement = (
            sa.select(*at, sa.func.count(LEDGER.c.saving_id.distinct()))
            .select_from(_upward(steps, variant))
            .where(LEDGER.c.basis == Basis.VERIFIED, amount != sa.literal_column("0"))
            .group_by(*at)
        )
        names = ["board_id", "region_id", "day", "savings"]
        session.execute(sa.insert(table_of(BoardDay)).from_select(names, statement))


def _fill_industries(session: Session, steps: sa.Table) -> None:
    """What industries count in the upper regions, and in how many projects."""
    industry = sa.func.coalesce(LEDGER.c.industry_id, sa.literal_column(str(NO_INDUSTRY)))
    for variant, amount in AMOUNTS.items():
        at = (KEYS.c.id, steps.c.scope_id, industry)
        statement = (
            sa.select(*at, sa.func.count(LEDGER.c.project_id.distinct()), sa.func.sum(amount))
            .select_from(_upward(steps, variant))
            .where(amount != sa.literal_column("0"))
            .group_by(*at)
        )
        names = ["board_id", "region_id", "industry_id", "projects", "amount"]
        session.execute(sa.insert(table_of(BoardIndustry)).from_select(names, statement))


def _upward(steps: sa.Table, variant: str) -> Any:
    """Ledger rows with the board of their months and every region above them."""
    return LEDGER.join(KEYS, _of_board(MONTH, variant)).join(steps, steps.c.key == LEDGER.c.region_path)


def bucket_column() -> Any:
    """The bucket of a total's amount, as `boards.bucket_of` computes it, in SQL."""
    raw = sa.type_coerce(TOTALS.c.standing, sa.BigInteger)
    text = sa.cast(sa.func.abs(raw), sa.String)
    first = sa.cast(sa.func.substr(text.concat("00"), 1, 3), sa.Integer)
    bucket = sa.func.length(text) * 1000 + first
    return sa.case((raw <= 0, bucket), else_=-bucket)


def _fill_counts(session: Session) -> None:
    names = ["board_id", "region_id", "bucket", "entities", "amount"]
    for name in COUNTED:
        region = TOTALS.c[name]
        rows = (
            sa.select(
                TOTALS.c.board_id,
                region.label("region_id"),
                bucket_column().label("bucket"),
                TOTALS.c.standing,
            )
            .where(region.is_not(None))
            .subquery()
        )
        at = (rows.c.board_id, rows.c.region_id, rows.c.bucket)
        statement = sa.select(*at, sa.func.count(), -sa.func.sum(rows.c.standing)).group_by(*at)
        session.execute(sa.insert(COUNTS).from_select(names, statement))

"""The totals that board pages read by one index, kept in the transaction that moves a saving."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlalchemy.orm.attributes import get_history

from cp_circles.circles.models import Circle
from cp_circles.db.base import table_of
from cp_circles.db.engine import take_turns
from cp_circles.ledger.boards import (
    COUNTED,
    KINDS,
    MONTH,
    PUBLIC,
    RESTRICTED,
    SCOPES,
    VARIANTS,
    ZERO,
    Boards,
    Cell,
    Change,
    Key,
    board_ids,
    bucket_of,
    key_of,
    path_ids,
    rows_of_cells,
)
from cp_circles.ledger.following import add_to, add_to_months, follow_changes
from cp_circles.ledger.models import BoardCount, BoardKey, BoardTotal, LedgerRow, Rollup
from cp_circles.ledger.months import month_of
from cp_circles.ledger.rebuilding import rebuild_totals
from cp_circles.organisations.models import Company, Region
from cp_circles.projects.models import Project

TURNS = 64
IDS_A_STATEMENT = 2000


def wait_for_turn(session: Session, company_ids: Iterable[int]) -> None:
    """Let two transactions that count for the same company follow one another, in one order for all."""
    for turn in sorted({company_id % TURNS for company_id in company_ids}):
        take_turns(session, f"ledger:{turn}")


def follow(session: Session, changes: Collection[Change]) -> None:
    """Bring the totals to what the ledger says after these changes, which are flushed already.

    Where nothing has been kept yet, all totals are computed from the ledger.
    """
    if not changes:
        return
    if is_unkept(session) and _begins(session):
        rebuild_totals(session)
        return
    keys = {key_of(row) for row, _variant, _delta in changes}
    boards = board_ids(session, keys)
    _add_months(session, changes, boards)
    follow_changes(session, changes)
    ids = {kind: {getattr(row, f"{kind}_id") for row, _, _ in changes} - {None} for kind in KINDS}
    _settle(session, keys, boards, ids)


def follow_companies(session: Session, company_ids: Collection[int]) -> None:
    """Compute anew what companies, their circles and their projects total, after their own facts changed."""
    if is_unkept(session):
        return
    wait_for_turn(session, company_ids)
    homes = [sa.select(model.id).where(model.company_id.in_(company_ids)) for model in (Project, Circle)]
    columns = (
        LedgerRow.project_id, LedgerRow.circle_id, LedgerRow.company_id,
        LedgerRow.basis, LedgerRow.metric, LedgerRow.currency, LedgerRow.season,
    )  # fmt: skip
    concerned = sa.or_(
        LedgerRow.company_id.in_(company_ids),
        LedgerRow.project_id.in_(homes[0]),
        LedgerRow.circle_id.in_(homes[1]),
    )
    rows = session.execute(sa.select(*columns).where(concerned).distinct()).all()
    keys = {key_of(row) for row in rows}
    ids = {kind: {getattr(row, f"{kind}_id") for row in rows} - {None} for kind in KINDS}
    ids["company"] |= set(company_ids)
    _settle(session, keys, board_ids(session, keys), ids)


def _begins(session: Session) -> bool:
    """True for the first transaction of all that find no board kept; the others wait for its end."""
    take_turns(session, "ledger:first")
    return is_unkept(session)


def is_unkept(session: Session) -> bool:
    """True as long as no board is kept: in a fresh database, or one that was filled before boards were."""
    return session.scalar(sa.select(BoardKey.id).limit(1)) is None


def _add_months(session: Session, changes: Iterable[Change], boards: Boards) -> None:
    """Add the changes to the month in which each row came to count, in every region above it."""
    deltas: dict[tuple[int, ...], Decimal] = defaultdict(Decimal)
    for row, variant, delta in changes:
        board = boards[MONTH, variant, key_of(row)]
        for region_id in path_ids(row.region_path):
            deltas[board, region_id, month_of(row.counted_at)] += delta
    add_to_months(session, deltas)


def _settle(
    session: Session, keys: Collection[Key], boards: Boards, ids: Mapping[str, Collection[int]]
) -> None:
    """Replace the totals of these entities on these boards by what their cells say."""
    counts: dict[tuple[int, int, int], list[Any]] = defaultdict(lambda: [0, ZERO])
    for kind in KINDS:
        wanted_ids = sorted(ids[kind])
        of_kind = {board: id_ for board, id_ in boards.items() if board[0] == kind}
        for start in range(0, len(wanted_ids), IDS_A_STATEMENT):
            some = wanted_ids[start : start + IDS_A_STATEMENT]
            wanted = _wanted(session, kind, some, keys, of_kind)
            _replace(session, some, list(of_kind.values()), wanted, counts)
    _add_counts(session, counts)


def _wanted(
    session: Session, kind: str, ids: Sequence[int], keys: Collection[Key], boards: Boards
) -> dict[tuple[Any, ...], Decimal]:
    """(board, entity, scopes) to standing, as the cells of the entities say."""
    cells: dict[tuple[int, int], list[Cell]] = defaultdict(list)
    found = _company_cells(session, ids, keys) if kind == "company" else _cells(session, kind, ids, keys)
    for variant, key, entity_id, cell in found:
        board = boards.get((kind, variant, key))
        if board is not None and cell[2]:
            cells[board, entity_id].append(cell)
    return {
        (board, entity_id, *(scopes.get(column) for column in SCOPES)): -amount
        for (board, entity_id), of_entity in cells.items()
        for scopes, amount in rows_of_cells(of_entity)
    }


Found = Iterator[tuple[str, Key, int, Cell]]


def _cells(session: Session, kind: str, ids: Sequence[int], keys: Collection[Key]) -> Found:
    """What projects or circles count by region and company; in public of companies that show it."""
    home_of: Any = Project if kind == "project" else Circle
    column = getattr(LedgerRow, f"{kind}_id")
    home, sharer = aliased(Company), aliased(Company)
    shown = sa.func.sum(LedgerRow.public_amount).filter(home.shows_work, sharer.shows_work)
    place = (
        column, LedgerRow.basis, LedgerRow.metric, LedgerRow.currency, LedgerRow.season,
        LedgerRow.region_path, LedgerRow.company_id,
    )  # fmt: skip
    rows = session.execute(
        sa.select(*place, sa.func.sum(LedgerRow.amount), shown)
        .outerjoin(home_of, home_of.id == column)
        .outerjoin(home, home.id == home_of.company_id)
        .outerjoin(sharer, sharer.id == LedgerRow.company_id)
        .where(
            column.in_(ids),
            LedgerRow.metric.in_({key[1] for key in keys}),
            LedgerRow.season.in_({key[3] for key in keys}),
        )
        .group_by(*place)
    )
    for entity_id, basis, metric, currency, season, path, company_id, amount, public in rows:
        key = (basis, metric, currency, season)
        yield RESTRICTED, key, entity_id, (path, company_id, amount or ZERO)
        yield PUBLIC, key, entity_id, (path, company_id, public or ZERO)


def _company_cells(session: Session, ids: Sequence[int], keys: Collection[Key]) -> Found:
    """What companies count by region, from their roll-ups: few rows however much a company does.

    Added up here: asked to group, SQLite takes the index of boards and reads every roll-up.
    """
    rows = session.execute(
        sa.select(
            Rollup.variant, Rollup.basis, Rollup.metric, Rollup.currency, Rollup.season, Rollup.scope_id,
            Region.path, Rollup.amount,
        )
        .join(Region, Region.id == Rollup.parent_id)
        .join(Company, Company.id == Rollup.scope_id)
        .where(
            Rollup.variant.in_(VARIANTS),
            Rollup.scope_kind == "company",
            Rollup.scope_id.in_(ids),
            sa.or_(Rollup.variant == RESTRICTED, Company.is_named),
            Rollup.metric.in_({key[1] for key in keys}),
            Rollup.season.in_({key[3] for key in keys}),
        )
    )  # fmt: skip
    cells: dict[tuple[Any, ...], Decimal] = defaultdict(Decimal)
    for *place, amount in rows:
        cells[tuple(place)] += amount
    for (variant, basis, metric, currency, season, company_id, path), amount in cells.items():
        yield variant, (basis, metric, currency, season), company_id, (path, company_id, amount)


def _replace(
    session: Session,
    entity_ids: Sequence[int],
    boards: Sequence[int],
    wanted: Mapping[tuple[Any, ...], Decimal],
    counts: dict[tuple[int, int, int], list[Any]],
) -> None:
    """Write what differs, and note how the counts of buckets move by it."""
    table = table_of(BoardTotal)
    names = ("board_id", "entity_id", *SCOPES)
    stored = {
        tuple(row[1:-1]): (row.id, row.standing)
        for row in session.execute(
            sa.select(table.c.id, *(table.c[name] for name in names), table.c.standing).where(
                table.c.board_id.in_(boards), table.c.entity_id.in_(entity_ids)
            )
        )
    }
    gone = [key for key in stored if key not in wanted]
    fresh = [key for key in wanted if key not in stored]
    moved = [key for key in wanted if key in stored and stored[key][1] != wanted[key]]
    for key in (*gone, *moved):
        _count(counts, key, stored[key][1], -1)
    for key in (*fresh, *moved):
        _count(counts, key, wanted[key], 1)
    if gone:
        session.execute(
            sa.delete(table).where(table.c.id == sa.bindparam("row")),
            [{"row": stored[key][0]} for key in sorted(gone, key=str)],
        )
    if moved:
        session.execute(
            sa.update(table).where(table.c.id == sa.bindparam("row")),
            [{"row": stored[key][0], "standing": wanted[key]} for key in sorted(moved, key=str)],
        )
    if fresh:
        session.execute(
            sa.insert(table),
            [
                dict(zip(names, key, strict=True)) | {"standing": wanted[key]}
                for key in sorted(fresh, key=str)
            ],
        )


def _count(
    counts: dict[tuple[int, int, int], list[Any]], key: tuple[Any, ...], standing: Decimal, sign: int
) -> None:
    for region_id in key[2 : 2 + len(COUNTED)]:
        if region_id is not None:
            count = counts[key[0], region_id, bucket_of(-standing)]
            count[0] += sign
            count[1] -= sign * standing


def _add_counts(session: Session, counts: Mapping[tuple[int, int, int], Sequence[Any]]) -> None:
    rows = {at: {"entities": entities, "amount": amount} for at, (entities, amount) in counts.items()}
    add_to(session, BoardCount, ("board_id", "region_id", "bucket"), rows)


CHANGED = "companies_changed"


@sa.event.listens_for(Session, "after_flush")
def _note_companies(session: Session, context: Any) -> None:
    """Remember companies whose publicity, or whose circles or projects, another act has changed."""
    noted = session.info.setdefault(CHANGED, set())
    for row in session.dirty:
        if isinstance(row, Company):
            if get_history(row, "disclosure").deleted:
                noted.add(row.id)
        elif isinstance(row, (Project, Circle)):
            before = get_history(row, "company_id").deleted
            noted.update((*before, row.company_id) if before else ())


@sa.event.listens_for(Session, "after_flush_postexec")
def _follow_companies_noted(session: Session, context: Any) -> None:
    """Compute the totals of these companies anew in the same transaction."""
    noted = session.info.pop(CHANGED, set())
    if noted:
        follow_companies(session, noted)

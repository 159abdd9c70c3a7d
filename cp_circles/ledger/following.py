"""Moves sums that are more than the sum of their rows: each from what it was before an act to what it is."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.db.base import table_of
from cp_circles.db.bulk import insert_into
from cp_circles.ledger.boards import MONTH, RESTRICTED, ZERO, Boards, Change, board_ids
from cp_circles.ledger.counted import Counted, counted_before, counted_of
from cp_circles.ledger.models import BoardDay, BoardIndustry, BoardMonth
from cp_circles.ledger.paths import Monthly, path_sums
from cp_circles.ledger.tallies import Place, Tally, day_tallies, industry_tallies

NOTHING: Tally = (0, ZERO)


def follow_changes(session: Session, changes: Collection[Change]) -> None:
    """Move these sums after some changes of ledger rows, which are flushed already."""
    after = counted_of(session, {row.project_id for row, _variant, _delta in changes})
    follow_rows(session, counted_before(after, changes), after)


def follow_rows(session: Session, before: Iterable[Counted], after: Iterable[Counted]) -> None:
    """Move these sums from what rows said before to what they say now."""
    paths = _moved_paths(before, after)
    days = _moved(day_tallies(before), day_tallies(after))
    industries = _moved(industry_tallies(before), industry_tallies(after))
    keys = {key for _kind, key, *_at in (*paths, *days, *industries)}
    if not keys:
        return
    boards = board_ids(session, keys)
    add_to_months(
        session, {(boards[kind, RESTRICTED, key], *at): amount for (kind, key, *at), amount in paths.items()}
    )
    day_rows = {at: {"savings": count} for at, (count, _) in _placed(boards, days)}
    add_to(session, BoardDay, ("board_id", "region_id", "day"), day_rows)
    sums = {at: {"projects": count, "amount": amount} for at, (count, amount) in _placed(boards, industries)}
    add_to(session, BoardIndustry, ("board_id", "region_id", "industry_id"), sums)


def _placed(boards: Boards, tallies: Mapping[Place, Tally]) -> Iterator[tuple[tuple[int, ...], Tally]]:
    """The tallies by the board of their months instead of variant and key."""
    for (variant, key, *at), tally in tallies.items():
        yield (boards[MONTH, variant, key], *at), tally


def _moved(before: Mapping[Place, Tally], after: Mapping[Place, Tally]) -> dict[Place, Tally]:
    """What must be added to the tallies before, so that they are those after."""
    moved = {}
    for at in {*before, *after}:
        old, new = before.get(at, NOTHING), after.get(at, NOTHING)
        if old != new:
            moved[at] = (new[0] - old[0], new[1] - old[1])
    return moved


def _moved_paths(before: Iterable[Counted], after: Iterable[Counted]) -> Monthly:
    """What must be added to the months of claims that wait, and of what was lowered."""
    old, new = path_sums(before), path_sums(after)
    moved = {at: new.get(at, ZERO) - old.get(at, ZERO) for at in {*old, *new}}
    return {at: amount for at, amount in moved.items() if amount}


def add_to_months(session: Session, deltas: Mapping[tuple[int, ...], Decimal]) -> None:
    """Add to (board, region, month)."""
    rows = {at: {"amount": delta} for at, delta in deltas.items()}
    add_to(session, BoardMonth, ("board_id", "region_id", "month"), rows)


def add_to(
    session: Session,
    model: type[Any],
    key: tuple[str, ...],
    rows: Mapping[Any, Mapping[str, Any]],
) -> None:
    """Add amounts to rows by their key, always in one order; rows that are missing are made."""
    values = [
        dict(zip(key, at, strict=True)) | dict(amounts)
        for at, amounts in sorted(rows.items(), key=lambda row: row[0])
        if any(amounts.values())
    ]
    if not values:
        return
    statement, table = insert_into(session, model), table_of(model)
    names = [name for name in values[0] if name not in key]
    adding = {name: table.c[name] + statement.excluded[name] for name in names}
    session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=adding), values)

"""The boards that are kept ready: their keys, the scopes of a cell, and the buckets of amounts."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.base import QUANTITY
from cp_circles.db.bulk import insert_into
from cp_circles.ledger.models import Basis, BoardKey

RESTRICTED, PUBLIC = "restricted", "public"
VARIANTS = (RESTRICTED, PUBLIC)
MONTH, WAITING, LOWERED = "month", "waiting", "lowered"
PATHS = {Basis.CLAIMED: WAITING, Basis.VERIFIED: LOWERED}
KINDS = ("project", "circle", "company")
REGIONS = ("top_id", "second_id", "third_id", "fourth_id")
COUNTED = REGIONS[:2]
SCOPES = (*REGIONS, "company_id")
ZERO = Decimal(0)

Key = tuple[Basis, str, str, int]
Boards = Mapping[tuple[str, str, Key], int]
Place = tuple[str, int]
Cell = tuple[str, int, Decimal]
Change = tuple[Any, str, Decimal]


def path_ids(region_path: str) -> tuple[int, ...]:
    """The ids of a region's path, the nation first."""
    return tuple(int(part) for part in region_path.strip("/").split("/"))


def bucket_of(amount: Decimal) -> int:
    """The bucket of an amount: digits * 1000 + its first three digits; below zero with its sign turned."""
    scaled = int(amount.scaleb(QUANTITY))
    text = str(abs(scaled))
    bucket = len(text) * 1000 + int(f"{text}00"[:3])
    return bucket if scaled >= 0 else -bucket


def most_in_bucket(bucket: int) -> Decimal:
    """The largest amount that lies in a bucket."""
    digits, first = divmod(abs(bucket), 1000)
    scaled = (first + 1) * 10 ** (digits - 3) - 1 if digits > 3 else first // 10 ** (3 - digits)
    least = first * 10 ** (digits - 3) if digits > 3 else scaled
    return Decimal(scaled if bucket >= 0 else -least).scaleb(-QUANTITY)


def places_of(region_path: str, company_id: int) -> list[Place]:
    """Every scope in which a cell counts, by the column that names it."""
    regions = list(zip(REGIONS, path_ids(region_path), strict=False))
    return [*regions, ("company_id", company_id)]


def rows_of_cells(cells: Sequence[Cell]) -> list[tuple[dict[str, int], Decimal]]:
    """(scopes, amount) of an entity with these cells: a row for each set of scopes, none of zero."""
    held: dict[Place, set[int]] = defaultdict(set)
    for n, (path, company_id, amount) in enumerate(cells):
        for place in places_of(path, company_id) if amount else ():
            held[place].add(n)
    by_cells: dict[frozenset[int], dict[str, int]] = defaultdict(dict)
    for (column, id_), at in held.items():
        by_cells[frozenset(at)][column] = id_
    rows = [(scopes, sum((cells[n][2] for n in at), ZERO)) for at, scopes in by_cells.items()]
    return [row for row in rows if row[1]]


def key_of(row: Any) -> Key:
    """The key of anything that has a ledger row's columns."""
    return (row.basis, row.metric, row.currency, row.season)


def board_ids(session: Session, keys: Collection[Key]) -> dict[tuple[str, str, Key], int]:
    """The board of each kind, variant and key; those that are missing are made."""
    wanted = {(kind, variant, key) for kind in (*KINDS, MONTH) for variant in VARIANTS for key in keys}
    wanted |= {(PATHS[key[0]], RESTRICTED, key) for key in keys}
    found = _boards_known(session, keys)
    missing = sorted(wanted - set(found), key=str)
    if missing:
        session.execute(
            insert_into(session, BoardKey).on_conflict_do_nothing(),
            [
                {"kind": kind, "variant": variant, "basis": key[0], "metric": key[1]}
                | {"currency": key[2], "season": key[3]}
                for kind, variant, key in missing
            ],
        )
        found = _boards_known(session, keys)
    return {key: id_ for key, id_ in found.items() if key in wanted}


def _boards_known(session: Session, keys: Collection[Key]) -> dict[tuple[str, str, Key], int]:
    rows = session.execute(
        sa.select(
            BoardKey.id, BoardKey.kind, BoardKey.variant, BoardKey.basis, BoardKey.metric, BoardKey.currency,
            BoardKey.season,
        ).where(BoardKey.metric.in_({key[1] for key in keys}), BoardKey.season.in_({key[3] for key in keys}))
    )  # fmt: skip
    return {(row.kind, row.variant, key_of(row)): row.id for row in rows}

"""Loading the region tree and the industries from their packs; loading again changes only what differs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.events import record_event
from cp_circles.organisations.models import Industry, Region, RegionLevel


class TablePack(Protocol):
    """A validated pack of regions or industries, parents before children."""

    key: str
    edition: str

    @property
    def rows(self) -> Sequence[Any]:
        """The rows, parents before children."""


@dataclass(frozen=True)
class _Loader:
    person_id: int | None = None


def load_regions(session: Session, pack: TablePack, now: datetime) -> int:
    """Add or update the regions of a pack with their stored paths; gives back how many rows changed."""
    known = {
        region.code: region for region in session.scalars(sa.select(Region).where(Region.pack == pack.key))
    }
    changed = sum(_put_level(session, pack, rows, known) for rows in _by_depth(pack.rows))
    if changed:
        top = next(region for region in known.values() if region.parent_id is None)
        _record(session, "organisations.load_regions", top, pack, changed, now)
    return changed


def load_industries(session: Session, pack: TablePack, now: datetime) -> int:
    """Add or update sections and divisions; gives back how many rows changed."""
    known = {industry.code: industry for industry in session.scalars(sa.select(Industry))}
    changed = 0
    for rows in _by_depth(pack.rows):
        for row in rows:
            parent = known[row.parent].id if row.parent else None
            facts = {"level": row.level, "name": row.zh, "name_en": row.en, "parent_id": parent}
            changed += _put(session, known, row.code, facts, lambda code=row.code: Industry(code=code))
        session.flush()
    if changed:
        _record(session, "organisations.load_industries", known[pack.rows[0].code], pack, changed, now)
    return changed


def _put_level(session: Session, pack: TablePack, rows: Sequence[Any], known: dict[str, Region]) -> int:
    changed = 0
    for row in rows:
        facts = {
            "name": row.zh,
            "name_en": row.en,
            "level": RegionLevel(row.level),
            "parent_id": known[row.parent].id if row.parent else None,
            "is_municipality": row.flag == "municipality",
            "is_direct_county": row.flag == "direct_county",
        }
        changed += _put(
            session, known, row.code, facts, lambda code=row.code: Region(pack=pack.key, code=code, path="")
        )
    session.flush()
    for row in rows:
        region = known[row.code]
        above = known[row.parent].path if row.parent else "/"
        region.path = f"{above}{region.id}/"
    session.flush()
    return changed


def _put(session: Session, known: dict[str, Any], code: str, facts: dict[str, Any], make: Any) -> int:
    row = known.get(code)
    if row is None:
        row = known[code] = make()
        session.add(row)
    elif all(getattr(row, field) == value for field, value in facts.items()):
        return 0
    for field, value in facts.items():
        setattr(row, field, value)
    return 1


def _by_depth(rows: Iterable[Any]) -> list[list[Any]]:
    depths: dict[str, int] = {}
    levels: list[list[Any]] = []
    for row in rows:
        depth = depths[row.code] = depths[row.parent] + 1 if row.parent else 0
        if depth == len(levels):
            levels.append([])
        levels[depth].append(row)
    return levels


def _record(session: Session, verb: str, subject: Any, pack: TablePack, changed: int, now: datetime) -> None:
    after = {"pack": pack.key, "edition": pack.edition, "rows": changed}
    record_event(session, actor=_Loader(), verb=verb, subject=subject, after=after, at=now)

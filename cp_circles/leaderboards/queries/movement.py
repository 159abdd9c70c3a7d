"""How places moved since the month began: the rows that count today, ranked without what came this month."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.calc import boards
from cp_circles.leaderboards.asking import Asked
from cp_circles.leaderboards.queries.divided import is_divided
from cp_circles.leaderboards.queries.months import are_months_kept, months_kept, of_metric
from cp_circles.leaderboards.queries.paging import BoardPage, named_places, ranking_of
from cp_circles.leaderboards.queries.ranking import Place, measure
from cp_circles.leaderboards.queries.regions import child_in
from cp_circles.leaderboards.queries.sums import ZERO, amount_of, ledger_conditions, source
from cp_circles.leaderboards.tallies import is_tally
from cp_circles.ledger.models import BoardMonth
from cp_circles.ledger.months import month_begin, month_of
from cp_circles.organisations.models import Region

LONGEST = 1_000


@dataclass(frozen=True)
class Movement:
    """Since when, and by how many places each entity rose (negative: fell); None was not on the board."""

    since: datetime
    places: dict[int, int | None]


def movement_of(session: Session, asked: Asked, page: BoardPage) -> Movement | None:
    """The movement of a board's entities since the month began.

    None where nothing came this month or all of it did, and on boards of more than a thousand places or none.
    """
    if asked.at is None or is_tally(asked.metric) or not 0 < page.count <= LONGEST:
        return None
    first = month_begin(asked.at)
    came = _came_since(session, asked, first)
    if not came:
        return None
    now = _places_now(session, asked, page)
    then = [
        boards.BoardRow(id_, value)
        for id_, place in now.items()
        if (value := _measured_then(asked, place, came.get(id_, ZERO))) is not None
    ]
    before = {row.key: row.place for row in boards.ranked(then)}
    if not before:
        return None
    moved = {id_: before[id_] - place.place if id_ in before else None for id_, place in now.items()}
    return Movement(first, moved)


def _measured_then(asked: Asked, place: Place, came: Decimal) -> Decimal | None:
    """What the entity was ranked by without what came; None if nothing of it counted."""
    value = place.competitor.value - came
    if not value and came:
        return None
    return measure(replace(place.competitor, value=value), asked.per)


def _places_now(session: Session, asked: Asked, page: BoardPage) -> dict[int, Place]:
    """All places of the board by id; of a board of which a page holds some, those of its ranking."""
    ranking = ranking_of(session, asked)
    if ranking is None or not page.places:
        return {place.competitor.id: place for place in page.board.places}
    some = page.places[0].competitor
    rows = ranking.places(0, page.count)
    if is_divided(asked):
        return named_places(session, asked, ranking, rows)
    before = ranking.before([row.entity_id for row in rows]) if asked.per == "improved" else {}
    return {
        row.entity_id: Place(
            replace(some, id=row.entity_id, value=row.amount, before=before.get(row.entity_id, ZERO)),
            row.measured,
            row.place,
            row.shared,
        )
        for row in rows
    }


def _came_since(session: Session, asked: Asked, first: datetime) -> dict[int, Decimal]:
    """What came to count since then, by entity."""
    found: dict[int, Decimal] = {}
    for part in asked.added:
        kept = part.by == "region" and are_months_kept(session, part)
        for id_, amount in _kept_month(session, part, first) if kept else _rows_since(session, part, first):
            if id_ is not None and amount:
                found[id_] = found.get(id_, ZERO) + amount
    return found


def _rows_since(session: Session, asked: Asked, first: datetime) -> Iterator[tuple[int | None, Any]]:
    rows = source(asked)
    columns: dict[str, Any] = {
        "region": rows.region_path,
        "company": rows.company_id,
        "circle": rows.circle_id,
        "project": rows.project_id,
    }
    if asked.by not in columns:
        return
    column = columns[asked.by]
    for key, amount in session.execute(
        sa.select(column, sa.func.sum(amount_of(asked)))
        .where(*ledger_conditions(asked, seasons=asked.seasons), rows.counted_at >= first)
        .group_by(column)
    ):
        yield child_in(asked.scope.region, key) if asked.by == "region" else key, amount


def _kept_month(session: Session, asked: Asked, first: datetime) -> Iterable[Any]:
    """The same for the regions right below, as the ledger keeps their months."""
    statement = months_kept(asked, BoardMonth.region_id).where(
        *of_metric(asked),
        BoardMonth.month >= month_of(first),
        BoardMonth.region_id.in_(_regions_below(asked)),
    )
    return session.execute(statement)


def _regions_below(asked: Asked) -> Any:
    return sa.select(Region.id).where(Region.parent_id == asked.scope.region.id)

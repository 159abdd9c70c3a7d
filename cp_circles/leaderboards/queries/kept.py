"""Boards that the ledger keeps ready: a page, a place and its neighbours by index, whatever their size."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.leaderboards.asking import Asked
from cp_circles.leaderboards.queries.sums import ZERO
from cp_circles.leaderboards.tallies import is_tally
from cp_circles.ledger.boards import COUNTED, KINDS, REGIONS, bucket_of, most_in_bucket
from cp_circles.ledger.models import BoardCount, BoardKey, BoardTotal

FAR = 2_000
BESIDE = 2
NOTHING: Any = sa.literal_column("0")
Found = tuple[int, Decimal]


@dataclass(frozen=True)
class Kept:
    """A kept board in one region: `before_id` is the same board of the season before, if there is one."""

    board_id: int
    before_id: int | None
    column: Any
    region_id: int
    is_counted: bool

    @property
    def here(self) -> list[Any]:
        """The conditions of its rows."""
        return [BoardTotal.board_id == self.board_id, self.column == self.region_id]

    @property
    def of_entities(self) -> list[Any]:
        """The same where entities are named, so written that no index of places is taken for it.

        A select of these names `company_id` too: no index of places covers that, so the entities' is taken.
        """
        region = self.column + NOTHING
        return [BoardTotal.board_id == self.board_id, region == self.region_id]

    @property
    def counts(self) -> list[Any]:
        """The conditions of its counts."""
        return [BoardCount.board_id == self.board_id, BoardCount.region_id == self.region_id]


@dataclass(frozen=True)
class Ranked:
    """An entity on a board: its amount, its place, whether others share it, and what it is ranked by.

    That is the amount itself where nothing else is said.
    """

    entity_id: int
    amount: Decimal
    place: int
    shared: bool
    by: Decimal | None = None

    @property
    def measured(self) -> Decimal:
        """What it is ranked by."""
        return self.amount if self.by is None else self.by


class Size(NamedTuple):
    """How many places a board has, what all that is on it adds up to, and the smallest amount of a place.

    `unmeasured` is how many have an amount but no place: nothing is known by which to divide it.
    """

    places: int
    amount: Decimal
    lowest: Decimal
    unmeasured: int = 0


@dataclass(frozen=True)
class KeptBoard:
    """A kept board as pages read it."""

    session: Session
    kept: Kept

    def size(self) -> Size:
        """How large the board is."""
        return Size(*size_of(self.session, self.kept), lowest_of(self.session, self.kept))

    def places(self, offset: int, limit: int) -> list[Ranked]:
        """The rows from a position on, in the order of the board."""
        return page_places(self.session, self.kept, offset=offset, limit=limit)

    def near(self, ids: Collection[int], most: int) -> list[Ranked]:
        """The best of these entities with the neighbours of each."""
        return near_places(self.session, self.kept, ids, most=most)

    def before(self, ids: Collection[int]) -> dict[int, Decimal]:
        """What these entities counted in the season before."""
        return amounts_before(self.session, self.kept, ids)


def kept_board(session: Session, asked: Asked) -> Kept | None:
    """The kept board that answers a question; None where filters ask for another sum."""
    scope = asked.scope
    if not _are_totals_kept(asked) or scope.company or asked.per != "total" or len(asked.seasons) != 1:
        return None
    rows = session.execute(
        sa.select(BoardKey.season, BoardKey.id).where(
            *_keys(asked), BoardKey.season.in_((*asked.seasons, *asked.previous))
        )
    )
    by_season = {season: id_ for season, id_ in rows}
    found = by_season.get(asked.seasons[0])
    if found is None:
        return None
    name = REGIONS[len(scope.region.path_ids) - 1]
    before = by_season.get(asked.previous[0])
    return Kept(found, before, getattr(BoardTotal, name), scope.region.id, name in COUNTED)


def kept_amounts(asked: Asked, seasons: Sequence[int], ids: Collection[int] | None = None) -> Any:
    """A select of entity_id, season and amount of all entities, or of these, in some seasons (none: in all).

    None where the ledger keeps no such totals. Nothing is added to a column so that SQLite takes no index for
    it: neither that of entities for all of them, nor that of places for some.
    """
    if not _are_totals_kept(asked):
        return None
    scope, entity = asked.scope, BoardTotal.entity_id + NOTHING
    column: Any = getattr(BoardTotal, REGIONS[len(scope.region.path_ids) - 1])
    scope_id = scope.region.id
    if scope.company is not None:
        column, scope_id = BoardTotal.company_id, scope.company.id
    conditions = [*_keys(asked), column == scope_id]
    if ids is not None:
        conditions = [*_keys(asked), column + NOTHING == scope_id, BoardTotal.entity_id.in_(ids)]
    if seasons:
        conditions.append(BoardKey.season.in_(seasons))
    amount = sa.type_coerce(-BoardTotal.standing, BoardTotal.standing.type)
    statement = sa.select(entity.label("entity_id"), BoardKey.season, amount.label("amount"))
    return statement.join(BoardKey, BoardKey.id == BoardTotal.board_id).where(*conditions)


def _are_totals_kept(asked: Asked) -> bool:
    """True where no filter asks for another sum than the ledger keeps of companies, circles and projects."""
    narrowed = (
        asked.scope.circle or asked.domain or asked.focus_area or asked.by_rows or is_tally(asked.metric)
    )
    return not narrowed and asked.by in KINDS and len(asked.scope.region.path_ids) <= len(REGIONS)


def _keys(asked: Asked) -> list[Any]:
    """The conditions of the kept boards of the question, whatever their season."""
    board = asked.filter
    return [
        BoardKey.kind == asked.by,
        BoardKey.variant == board.variant,
        BoardKey.basis == board.basis,
        BoardKey.metric == board.metric,
        BoardKey.currency == board.currency,
    ]


def size_of(session: Session, kept: Kept) -> tuple[int, Decimal]:
    """How many entities stand on the board, and what they add up to."""
    if kept.is_counted:
        statement = sa.select(sa.func.sum(BoardCount.entities), sa.func.sum(BoardCount.amount))
        count, amount = session.execute(statement.where(*kept.counts)).one()
        return int(count or 0), amount or ZERO
    found = sa.select(sa.func.count(), sa.func.sum(BoardTotal.standing)).where(*kept.here)
    count, standing = session.execute(found).one()
    return count, -(standing or ZERO)


def lowest_of(session: Session, kept: Kept) -> Decimal:
    """The smallest amount on the board; zero where it is empty."""
    found = sa.select(BoardTotal.standing).where(*kept.here).order_by(BoardTotal.standing.desc()).limit(1)
    return -(session.scalar(found) or ZERO)


def page_places(session: Session, kept: Kept, *, offset: int, limit: int) -> list[Ranked]:
    """The rows of a page in the order of the board, with their places."""
    rows = _from(session, kept, offset, limit + 1)
    return _placed(session, kept, rows, offset)[:limit]


def near_places(session: Session, kept: Kept, ids: Collection[int], *, most: int) -> list[Ranked]:
    """The best of these entities with the neighbours of each, in the order of the board, without paging."""
    own = session.execute(
        sa.select(BoardTotal.entity_id, BoardTotal.standing, BoardTotal.company_id)
        .where(*kept.of_entities, BoardTotal.entity_id.in_(ids))
        .order_by(BoardTotal.standing, BoardTotal.entity_id)
        .limit(most)
    ).all()
    found: dict[int, Ranked] = {}
    for entity_id, standing, _company in own:
        for row in _window(session, kept, entity_id, standing):
            found.setdefault(row.entity_id, row)
    return sorted(found.values(), key=lambda row: (-row.amount, row.entity_id))


def amounts_before(session: Session, kept: Kept, ids: Collection[int]) -> dict[int, Decimal]:
    """What these entities counted in the season before."""
    return amounts_of(session, replace(kept, board_id=kept.before_id), ids) if kept.before_id else {}


def amounts_of(session: Session, kept: Kept, ids: Collection[int]) -> dict[int, Decimal]:
    """What these entities count on the board."""
    rows = session.execute(
        sa.select(BoardTotal.entity_id, BoardTotal.standing, BoardTotal.company_id).where(
            *kept.of_entities, BoardTotal.entity_id.in_(ids)
        )
    )
    return {entity_id: -standing for entity_id, standing, _company in rows}


def _window(session: Session, kept: Kept, entity_id: int, standing: Decimal) -> list[Ranked]:
    """An entity between its neighbours; one more on each side tells whether the outermost share a place."""
    at = sa.tuple_(BoardTotal.standing, BoardTotal.entity_id)
    own = sa.tuple_(sa.literal(standing, BoardTotal.standing.type), sa.literal(entity_id))
    columns = sa.select(BoardTotal.entity_id, BoardTotal.standing).where(*kept.here).limit(BESIDE + 1)
    down = columns.where(at > own).order_by(BoardTotal.standing, BoardTotal.entity_id)
    up = columns.where(at < own).order_by(BoardTotal.standing.desc(), BoardTotal.entity_id.desc())
    above = [(id_, at_) for id_, at_ in session.execute(up)][::-1]
    below = [(id_, at_) for id_, at_ in session.execute(down)]
    rows: list[Found] = [*above, (entity_id, standing), *below]
    first_id, first = rows[0]
    tied = session.scalar(
        sa.select(sa.func.count()).where(
            *kept.here, BoardTotal.standing == first, BoardTotal.entity_id < first_id
        )
    )
    placed = _placed(session, kept, rows, _above(session, kept, first) + (tied or 0))
    middle = len(above)
    return placed[max(0, middle - BESIDE) : middle + BESIDE + 1]


def _from(session: Session, kept: Kept, offset: int, limit: int) -> list[Found]:
    """Rows of the board from a position on; far down the counts tell in which bucket it lies."""
    statement = sa.select(BoardTotal.entity_id, BoardTotal.standing).where(*kept.here)
    if kept.is_counted and offset > FAR:
        bucket, offset = _bucket_at(session, kept, offset)
        statement = statement.where(BoardTotal.standing >= -most_in_bucket(bucket))
    statement = statement.order_by(BoardTotal.standing, BoardTotal.entity_id)
    return [(id_, at) for id_, at in session.execute(statement.limit(limit).offset(offset))]


def _bucket_at(session: Session, kept: Kept, offset: int) -> tuple[int, int]:
    """The bucket in which a position lies, and how far down in it."""
    counts = sa.select(BoardCount.bucket, BoardCount.entities).where(*kept.counts)
    bucket = 0
    for bucket, entities in session.execute(counts.order_by(BoardCount.bucket.desc())):
        if offset < entities:
            return bucket, offset
        offset -= entities
    return bucket, offset


def _above(session: Session, kept: Kept, standing: Decimal) -> int:
    """How many entities stand above an amount: whole buckets by their counts, the rest of one by index."""
    within = [*kept.here, BoardTotal.standing < standing]
    whole = 0
    if kept.is_counted:
        bucket = bucket_of(-standing)
        counted = sa.select(sa.func.sum(BoardCount.entities)).where(*kept.counts, BoardCount.bucket > bucket)
        whole = int(session.scalar(counted) or 0)
        within.append(BoardTotal.standing >= -most_in_bucket(bucket))
    return whole + (session.scalar(sa.select(sa.func.count()).where(*within)) or 0)


def _placed(session: Session, kept: Kept, rows: Sequence[Found], position: int) -> list[Ranked]:
    """Places of consecutive rows, the first of which stands at a position counted from zero."""
    if not rows:
        return []
    above = _above(session, kept, rows[0][1]) if position else 0
    placed: list[Ranked] = []
    for n, (entity_id, standing) in enumerate(rows):
        if n and standing != rows[n - 1][1]:
            above = position + n
        before = standing == rows[n - 1][1] if n else above < position
        after = n + 1 < len(rows) and standing == rows[n + 1][1]
        placed.append(Ranked(entity_id, -standing, above + 1, before or after))
    return placed

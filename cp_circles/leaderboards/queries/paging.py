"""One page of a board: from what the ledger keeps ready, else added up by the database, else of the whole."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from sqlalchemy.orm import Session

from cp_circles.leaderboards.asking import PUBLIC, Asked
from cp_circles.leaderboards.queries.kept import BESIDE, KeptBoard, Ranked, Size, kept_board
from cp_circles.leaderboards.queries.named import facts_of
from cp_circles.leaderboards.queries.ranking import Board, Place, board_of
from cp_circles.leaderboards.queries.summed import Summed, is_ranked_by_sums
from cp_circles.leaderboards.queries.sums import ZERO, Competitor, whole_of

PAGE_SIZE = 50
HEAD = 40
MOST_OWN = 5


@dataclass(frozen=True)
class BoardPage:
    """The rows of one page; `near` are the reader's own places with neighbours, unless the page has one.

    `board` holds the first rows and what is said of the whole.
    """

    board: Board
    places: Sequence[Place]
    near: Sequence[Place]
    count: int
    number: int


class Ranking(Protocol):
    """A board that gives out some of its rows without reading all."""

    def size(self) -> Size:
        """How large the board is."""

    def places(self, offset: int, limit: int) -> list[Ranked]:
        """The rows from a position on, in the order of the board."""

    def near(self, ids: Collection[int], most: int) -> list[Ranked]:
        """The best of these entities with the neighbours of each."""

    def before(self, ids: Collection[int]) -> Mapping[int, Decimal]:
        """What these entities counted in the season before."""


def ranking_of(session: Session, asked: Asked) -> Ranking | None:
    """Where some rows of a board can be had; None where the whole board must be worked out."""
    kept = kept_board(session, asked)
    if kept is not None:
        return KeptBoard(session, kept)
    return Summed(session, asked) if is_ranked_by_sums(session, asked) else None


def board_page(
    session: Session, asked: Asked, *, number: int = 1, mine: Collection[int] = (), size: int = PAGE_SIZE
) -> BoardPage:
    """One page of a board; the last one where there are fewer."""
    ranking = ranking_of(session, asked)
    if ranking is not None:
        return _page_of_ranking(session, asked, ranking, number, frozenset(mine), size)
    board = board_of(session, asked)
    number = _page_within(number, len(board.places), size)
    places = board.places[(number - 1) * size : number * size]
    near = [] if _has_own(places, mine) else own_places(board, frozenset(mine))
    return BoardPage(board, places, near, len(board.places), number)


def own_places(board: Board, mine: Collection[int]) -> list[Place]:
    """The reader's best own places with their neighbours, in the order of the board."""
    own = [n for n, place in enumerate(board.places) if place.competitor.id in mine][:MOST_OWN]
    near: set[int] = set()
    for n in own:
        near |= set(range(max(0, n - BESIDE), min(len(board.places), n + BESIDE + 1)))
    return [board.places[n] for n in sorted(near)]


def _page_within(number: int, count: int, size: int) -> int:
    return min(max(1, number), max(1, -(-count // size)))


def _has_own(places: Sequence[Place], mine: Collection[int]) -> bool:
    return any(place.competitor.id in mine for place in places)


def _page_of_ranking(
    session: Session, asked: Asked, ranking: Ranking, number: int, mine: frozenset[int], size: int
) -> BoardPage:
    count, listed, lowest, unmeasured = ranking.size()
    number = _page_within(number, count, size)
    wanted = ranking.places((number - 1) * size, size)
    shown = {row.entity_id for row in wanted}
    near = [] if not mine or mine & shown else ranking.near(mine, MOST_OWN)
    head = wanted if number == 1 else ranking.places(0, HEAD)
    places = named_places(session, asked, ranking, [*wanted, *near, *head])
    first = _of(places, head)
    total, before = whole_of(session, asked)
    is_complete = asked.variant != PUBLIC and asked.by != "circle"
    board = Board(
        places=tuple(first),
        unmeasured=(),
        idle=(),
        total=total,
        before=before,
        unlisted=ZERO if is_complete else total - listed,
        checked=asked.scope.industry is None,
        below=listed - sum((place.competitor.value for place in first), ZERO),
        lowest=lowest,
        unnamed=unmeasured,
    )
    return BoardPage(board, _of(places, wanted), _of(places, near), count, number)


def _of(places: dict[int, Place], rows: Sequence[Ranked]) -> list[Place]:
    return [places[row.entity_id] for row in rows if row.entity_id in places]


def named_places(
    session: Session, asked: Asked, ranking: Ranking, rows: Sequence[Ranked]
) -> dict[int, Place]:
    """The places with who holds them, by id."""
    ids = {row.entity_id for row in rows}
    facts, before = facts_of(session, asked, ids), ranking.before(ids)
    nothing = ZERO if asked.previous else None
    return {
        row.entity_id: Place(
            Competitor(
                id=row.entity_id,
                value=row.amount,
                before=before.get(row.entity_id, nothing),
                **facts[row.entity_id],
            ),
            row.measured,
            row.place,
            row.shared,
        )
        for row in rows
        if row.entity_id in facts
    }

"""One page of a board: from what the ledger keeps ready where it can, else from the whole board."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from cp_circles.leaderboards.asking import PUBLIC, Asked
from cp_circles.leaderboards.queries import kept as ready
from cp_circles.leaderboards.queries.named import facts_of
from cp_circles.leaderboards.queries.ranking import Board, Place, board_of
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


def board_page(
    session: Session, asked: Asked, *, number: int = 1, mine: Collection[int] = (), size: int = PAGE_SIZE
) -> BoardPage:
    """One page of a board; the last one where there are fewer."""
    kept = ready.kept_board(session, asked)
    if kept is not None:
        return _kept_page(session, asked, kept, number, frozenset(mine), size)
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
        near |= set(range(max(0, n - ready.BESIDE), min(len(board.places), n + ready.BESIDE + 1)))
    return [board.places[n] for n in sorted(near)]


def _page_within(number: int, count: int, size: int) -> int:
    return min(max(1, number), max(1, -(-count // size)))


def _has_own(places: Sequence[Place], mine: Collection[int]) -> bool:
    return any(place.competitor.id in mine for place in places)


def _kept_page(
    session: Session, asked: Asked, kept: ready.Kept, number: int, mine: frozenset[int], size: int
) -> BoardPage:
    count, listed = ready.size_of(session, kept)
    number = _page_within(number, count, size)
    wanted = ready.page_places(session, kept, offset=(number - 1) * size, limit=size)
    shown = {row.entity_id for row in wanted}
    near = [] if not mine or mine & shown else ready.near_places(session, kept, mine, most=MOST_OWN)
    head = wanted if number == 1 else ready.page_places(session, kept, offset=0, limit=HEAD)
    places = _named(session, asked, kept, [*wanted, *near, *head])
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
        checked=True,
        below=listed - sum((place.measured for place in first), ZERO),
        lowest=ready.lowest_of(session, kept),
    )
    return BoardPage(board, _of(places, wanted), _of(places, near), count, number)


def _of(places: dict[int, Place], rows: Sequence[ready.Ranked]) -> list[Place]:
    return [places[row.entity_id] for row in rows if row.entity_id in places]


def _named(
    session: Session, asked: Asked, kept: ready.Kept, rows: Sequence[ready.Ranked]
) -> dict[int, Place]:
    """The places with who holds them, by id."""
    ids = {row.entity_id for row in rows}
    facts, before = facts_of(session, asked, ids), ready.amounts_before(session, kept, ids)
    return {
        row.entity_id: Place(
            Competitor(
                id=row.entity_id,
                value=row.amount,
                before=before.get(row.entity_id, ZERO),
                **facts[row.entity_id],
            ),
            row.amount,
            row.place,
            row.shared,
        )
        for row in rows
        if row.entity_id in facts
    }

"""A board: competitors ranked by what was asked for, and the check that they are the whole."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from cp_circles.calc import boards
from cp_circles.leaderboards.asking import CROSS_SECTIONS, Asked
from cp_circles.leaderboards.queries.competitors import Found, circles, companies, industries, projects
from cp_circles.leaderboards.queries.crossing import facilitators, parks
from cp_circles.leaderboards.queries.regions import regions
from cp_circles.leaderboards.queries.sums import ZERO, Competitor, whole_of
from cp_circles.leaderboards.queries.tallied import tallied
from cp_circles.leaderboards.tallies import RESULTS, is_tally
from cp_circles.ledger.boards import KINDS


@dataclass(frozen=True)
class Place:
    """A competitor with what it is ranked by and its place; ties share one."""

    competitor: Competitor
    measured: Decimal
    place: int
    shared: bool


@dataclass(frozen=True)
class Board:
    """A ranked board: its places, those that cannot be measured or have nothing yet, and the whole.

    `unlisted` counts in the whole without a row of its own: companies that do not publish, savings of no
    circle, companies that sit directly under the region. Of a board that is kept ready `places` are the first
    ones, `below` is what all others add up to, and `unnamed` says how many of those cannot be measured.
    `lowest` is the smallest amount that has a place.
    """

    places: tuple[Place, ...]
    unmeasured: tuple[Competitor, ...]
    idle: tuple[Competitor, ...]
    total: Decimal
    before: Decimal | None
    unlisted: Decimal
    checked: bool
    below: Decimal = ZERO
    lowest: Decimal = ZERO
    unnamed: int = 0

    @property
    def without_place(self) -> int:
        """How many cannot be measured."""
        return len(self.unmeasured) + self.unnamed

    @property
    def listed(self) -> Decimal:
        """The sum of all rows, of those after the first too."""
        rows = [place.competitor for place in self.places] + list(self.unmeasured)
        return sum((row.value for row in rows), self.below)

    @property
    def adds_up(self) -> bool:
        """True if rows and unlisted amounts are exactly the whole."""
        return self.listed + self.unlisted == self.total


COMPETITORS: dict[str, Callable[[Session, Asked], Found]] = {
    "region": regions,
    "company": companies,
    "circle": circles,
    "project": projects,
    "industry": industries,
    "park": parks,
    "facilitator": facilitators,
}


def board_of(session: Session, asked: Asked) -> Board:
    """The ranked board: a fixed number of statements, whatever its size."""
    if is_tally(asked.metric):
        return _tally_board(session, asked)
    found, unlisted = COMPETITORS[asked.by](session, asked)
    found.sort(key=lambda row: row.id if asked.by in KINDS else (row.name, row.id))
    rows = [row for row in found if row.value or (asked.per == "improved" and row.before)]
    measured = {row.id: measure(row, asked.per) for row in rows}
    ranked = boards.ranked(
        [boards.BoardRow(row.id, value) for row in rows if (value := measured[row.id]) is not None]
    )
    by_id: dict[Hashable, Competitor] = {row.id: row for row in rows}
    total, before = whole_of(session, asked)
    return Board(
        places=tuple(Place(by_id[row.key], row.value, row.place, row.shared) for row in ranked),
        unmeasured=tuple(row for row in rows if measured[row.id] is None),
        idle=tuple(row for row in found if row.id not in measured),
        total=total,
        before=before,
        unlisted=unlisted,
        checked=asked.scope.industry is None and asked.by not in CROSS_SECTIONS,
        lowest=min((by_id[row.key].value for row in ranked), default=ZERO),
    )


def _tally_board(session: Session, asked: Asked) -> Board:
    """A board of what was counted of circles and their work; only numbers of results add up."""
    found, total = tallied(session, asked)
    found.sort(key=lambda row: (row.name, row.id))
    rows = [row for row in found if row.value]
    by_id: dict[Hashable, Competitor] = {row.id: row for row in rows}
    ranked = boards.ranked([boards.BoardRow(row.id, row.value) for row in rows])
    adds_up = asked.metric.key == RESULTS
    listed = sum((row.value for row in rows), ZERO)
    return Board(
        places=tuple(Place(by_id[row.key], row.value, row.place, row.shared) for row in ranked),
        unmeasured=tuple(row for row in found if row.people and not row.value),
        idle=tuple(row for row in found if not row.people),
        total=total,
        before=None,
        unlisted=total - listed if adds_up else ZERO,
        checked=adds_up,
        lowest=min((row.value for row in rows), default=ZERO),
    )


def measure(row: Competitor, per: str) -> Decimal | None:
    """What a competitor is ranked by; None where it cannot be measured (no headcount, no output)."""
    if per == "head":
        return boards.per_head(row.value, row.heads or 0)
    if per == "output":
        return boards.per_10000_yuan(row.value, row.output or ZERO)
    if per == "improved":
        return None if row.before is None else row.value - row.before
    return row.value

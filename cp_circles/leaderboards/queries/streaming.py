"""A whole board for a file: its rows one after another, however many there are."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import groupby

from sqlalchemy.orm import Session

from cp_circles.leaderboards.asking import Asked
from cp_circles.leaderboards.queries.competitors import READ, unlisted
from cp_circles.leaderboards.queries.held import held_facts
from cp_circles.leaderboards.queries.ranking import Board, Place, board_of
from cp_circles.leaderboards.queries.summed import is_summed
from cp_circles.leaderboards.queries.sums import ZERO, Competitor, whole_of


@dataclass
class BoardStream:
    """A board of companies, circles or projects by a plain sum, as `Board` has it, to be read through once.

    `listed` is what the rows given out so far add up to.
    """

    session: Session
    asked: Asked
    total: Decimal
    unlisted: Decimal
    checked: bool
    unmeasured: tuple[Competitor, ...] = ()
    listed: Decimal = field(default=ZERO, init=False)

    @property
    def places(self) -> Iterator[Place]:
        """Every place, the first one first; ties share one."""
        held = held_facts(self.session, self.asked)
        found = READ[self.asked.by](self.asked).ranked(self.session)
        rows = (replace(row, **held.get(row.id, {})) for row in found if row.value)
        above = 0
        for value, group in groupby(rows, key=lambda row: row.value):
            alike = list(group)
            for row in alike:
                yield Place(row, value, above + 1, len(alike) > 1)
            above += len(alike)
            self.listed += value * len(alike)

    @property
    def adds_up(self) -> bool:
        """True, after the last row, if rows and unlisted amounts are exactly the whole."""
        return self.listed + self.unlisted == self.total


def board_for_file(session: Session, asked: Asked) -> Board | BoardStream:
    """The board with all its rows: as a stream where places follow from sums alone, else as a whole."""
    if not is_summed(asked):
        return board_of(session, asked)
    total, _before = whole_of(session, asked)
    return BoardStream(
        session,
        asked,
        total=total,
        unlisted=unlisted(session, asked),
        checked=asked.scope.industry is None,
    )

"""What each door must answer: one `Cell` for every endpoint, with the values of its address.

`may` are the readers who come in on their own side, `args` gives the values of the address for a side,
`shows` whether the planted text of the side stands on the page. Readers of side A also ask for what is side
B's: `open_` says that this is published, so that names (never secrets) may appear; `hinted` that the round
is announced, so that who may not act is told so (403) instead of nothing (404).
"""

from tests.house.cells import (
    documents,
    duties,
    guard,
    judges,
    judging,
    personal,
    platform,
    sittings,
    tools,
    trust,
    verification,
    work,
    workforce,
)
from tests.house.cells.cell import Cell
from tests.house.world import SIDED

CELLS: dict[str, Cell] = (
    platform.ROWS
    | work.ROWS
    | documents.ROWS
    | judging.ROWS
    | sittings.ROWS
    | judges.ROWS
    | tools.ROWS
    | duties.ROWS
    | verification.ROWS
    | guard.ROWS
    | trust.ROWS
    | personal.ROWS
    | workforce.ROWS
)
__all__ = ["CELLS", "SIDED", "Cell"]

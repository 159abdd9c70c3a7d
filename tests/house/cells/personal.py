"""Cells of what is one's own: search, announcements, settings, calendar."""

from tests.house.cells.cell import rows
from tests.house.world import READERS

ROWS = {
    **rows("searching: search", may=READERS, query={"q": "SECRET"}),
}

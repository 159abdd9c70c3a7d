"""Cells of people at work."""

from tests.house.cells.addresses import of_company
from tests.house.cells.cell import rows
from tests.house.cells.readers import KEEPS

ROWS = {
    **rows(
        "workforce: choose_list read_list preview_list store_list discard_list staff_template "
        "choose_codes print_codes",
        may=KEEPS,
        args=of_company,
    ),
}

"""Cells of people at work."""

from typing import Any

from tests.house.cells.addresses import of_company
from tests.house.cells.cell import rows
from tests.house.cells.readers import ADMIN, ALL_OFFICIALS, KEEPS
from tests.house.world import Side


def of_colleague(side: Side) -> dict[str, Any]:
    """A worker of the company."""
    return of_company(side) | {"person_id": side.colleague.id}


ROWS = {
    **rows(
        "workforce: choose_list read_list preview_list store_list discard_list staff_template "
        "choose_codes print_codes",
        may=KEEPS,
        args=of_company,
    ),
    **rows("workforce: leaving let_leave move arrival take_in", may=KEEPS, args=of_colleague),
    **rows(
        "workforce: choose_double merge_people",
        may=ADMIN,
        args=lambda side: {"person_id": side.colleague.id},
    ),
    **rows(
        "workforce: ask_closing close_company choose_twin merge_companies",
        may=(*ALL_OFFICIALS, *ADMIN),
        args=of_company,
    ),
}

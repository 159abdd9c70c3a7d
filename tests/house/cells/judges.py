"""Cells of the register of judges."""

from typing import Any

from tests.house.cells.cell import rows
from tests.house.cells.readers import ADMIN, ALL_OFFICIALS
from tests.house.world import NAMED, Side


def of_judge(side: Side) -> dict[str, Any]:
    """The judge of this side, whose home is the side's city."""
    return {"person_id": side.people["judge"].id}


ROWS = {
    **rows("judges: my_profile save_profile", may=NAMED),
    **rows("judges: list_judges export_judges", may=(*ALL_OFFICIALS, *ADMIN)),
    **rows(
        "judges: show_judge keep_qualification",
        may=("city_official", "province_official", "nation_official", *ADMIN),
        args=of_judge,
    ),
}

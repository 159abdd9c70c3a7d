"""Cells of what is one's own: search, announcements, settings, calendar."""

from typing import Any

from tests.house.cells.cell import rows
from tests.house.cells.readers import ADMIN, ALL_OFFICIALS, DEPARTMENT, IN_COMPANY
from tests.house.world import NAMED, READERS, Side

ANNOUNCES = (*DEPARTMENT, *ALL_OFFICIALS, *ADMIN)


def of_announcement(side: Side) -> dict[str, Any]:
    """What the department announced to its company."""
    return {"announcement_id": side.announcement.id}


ROWS = {
    **rows("notices: edit_wishes keep_wishes", may=NAMED),
    **rows("searching: search", may=READERS, query={"q": "SECRET"}),
    **rows("announcements: list_announcements", may=NAMED),
    **rows("announcements: list_managed new_announcement announce", may=ANNOUNCES),
    **rows(
        "announcements: show_announcement confirm_reading",
        may=(*IN_COMPANY, *ADMIN),
        args=of_announcement,
        shows="secret",
    ),
    **rows(
        "announcements: download",
        may=(*IN_COMPANY, *ADMIN),
        args=lambda side: of_announcement(side) | {"file_id": side.announcement.files[0].id},
        shows="secret",
    ),
    **rows(
        "announcements: withdraw",
        may=(*DEPARTMENT, *ADMIN),
        args=of_announcement,
        body=lambda side: {"reason": "示例"},
    ),
}

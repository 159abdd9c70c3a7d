"""Cells of what is one's own: search, announcements, settings, calendar."""

from typing import Any

from tests.house.cells.cell import rows
from tests.house.cells.readers import ADMIN, ALL_OFFICIALS, DEPARTMENT, IN_COMPANY, KEEPS, NOBODY_IN
from tests.house.world import NAMED, READERS, Side

ANNOUNCES = (*DEPARTMENT, *ALL_OFFICIALS, *ADMIN)


def of_announcement(side: Side) -> dict[str, Any]:
    """What the department announced to its company."""
    return {"announcement_id": side.announcement.id}


def of_colleague(side: Side) -> dict[str, Any]:
    """A worker of the company."""
    return {"company_id": side.company.id, "person_id": side.colleague.id}


ROWS = {
    **rows("personal: consent agree withdraw_consent data ask_export erasure erase", may=NAMED),
    **rows("personal: calendar make_key end_key", may=NAMED),
    **rows("personal: download_export", may=NOBODY_IN, args=lambda side: {"export_id": 1}),
    **rows("personal: own_paper", may=NOBODY_IN, args=lambda side: {"consent_id": 1}),
    **rows("personal: calendar_file", may=NOBODY_IN, args=lambda side: {"key": "0" * 32}),
    **rows(
        "personal: consents_of_company",
        may=KEEPS,
        args=lambda side: {"company_id": side.company.id},
        shows="who",
    ),
    **rows("personal: paper_consent", may=KEEPS, args=of_colleague, shows="who"),
    **rows("personal: record_consent erase_worker", may=KEEPS, args=of_colleague),
    **rows("personal: consent_scan", may=NOBODY_IN, args=lambda side: of_colleague(side) | {"consent_id": 1}),
    **rows("people: choose_seeing", may=ADMIN),
    **rows(
        "people: begin_seeing",
        may=ADMIN,
        args=lambda side: {"person_id": side.colleague.id},
        body=lambda side: {"reason": "示例"},
    ),
    **rows("people: end_seeing", may=NAMED),
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

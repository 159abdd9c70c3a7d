"""Cells of the department's side."""

from typing import Any

from tests.house.cells.addresses import of_circle, of_company
from tests.house.cells.cell import rows
from tests.house.cells.readers import ADMIN, CIRCLE, DEPARTMENT, SEES_INSIDE
from tests.house.world import Side

WRITES = ("facilitator", "department")
AT_DESK = (*WRITES, *ADMIN)
SETTLES = (*CIRCLE, *WRITES)


def of_visits(side: Side) -> dict[str, Any]:
    """The list of visits."""
    return of_company(side) | {"kind": "visits"}


def of_visit(side: Side) -> dict[str, Any]:
    """The visit to the registered circle."""
    return of_visits(side) | {"record_id": side.visit.id}


def of_month(side: Side) -> dict[str, Any]:
    """A month of the company."""
    return of_company(side) | {"month": "2026-09"}


def of_signal(side: Side) -> dict[str, Any]:
    """A signal of the project."""
    return {"project_id": side.project.id, "signal": "exact"}


def of_inspected(side: Side) -> dict[str, Any]:
    """The finding at the registered circle."""
    return {"finding_id": side.inspected.id}


ROWS = {
    **rows("guidance: home", may=AT_DESK),
    **rows("guidance: show_board show_rates", may=AT_DESK, args=of_company),
    **rows("guidance: show_new_year", may=AT_DESK, args=of_company),
    **rows("guidance: show_month", may=AT_DESK, args=of_month),
    **rows("guidance: list_records", may=AT_DESK, args=of_visits, shows="secret"),
    **rows(
        "guidance: export_records", may=AT_DESK, args=lambda s: of_visits(s) | {"file": "csv"}, shows="secret"
    ),
    **rows("guidance: show_record", may=AT_DESK, args=of_visit, shows="secret"),
    **rows("guidance: new_record add_record", may=WRITES, args=of_visits),
    **rows("guidance: edit_record save_record", may=WRITES, args=of_visit),
    **rows("guidance: remind_circle", may=WRITES, args=of_circle),
    **rows("guidance: show_signals", may=WRITES, args=of_company),
    **rows("guidance: look_at_signal", may=DEPARTMENT, args=of_signal, body=lambda side: {"reason": "示例"}),
    **rows(
        "guidance: show_approvals approve edit_thresholds save_thresholds", may=DEPARTMENT, args=of_company
    ),
    **rows(
        "guidance: appraise_form appraise",
        may=DEPARTMENT,
        args=lambda side: of_month(side) | {"circle_id": side.circle.id},
    ),
    **rows("guidance: show_circle", may=SEES_INSIDE, args=of_circle, shows="secret"),
    **rows("guidance: report_visit", may=SETTLES, args=lambda side: {"visit_id": side.visit.id}),
    **rows("guidance: close_finding", may=SETTLES, args=of_inspected),
    **rows("guidance: finding_file", may=SEES_INSIDE, args=of_inspected),
}

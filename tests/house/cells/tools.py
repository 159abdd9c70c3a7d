"""Cells of the workbench: sheets of the quality tools."""

from tests.house.cells.addresses import of_project
from tests.house.cells.cell import rows
from tests.house.cells.readers import CIRCLE, SEES_WORK


def of_sheet(side):
    """The sheet of the project under way."""
    return {"sheet_id": side.tool_sheet.id}


def of_tool(side):
    """A tool of the project under way."""
    return of_project(side) | {"code": "pareto"}


ROWS = {
    **rows("tools: show_workbench", may=SEES_WORK, args=of_project, shows="secret"),
    **rows("tools: show_sheet", may=SEES_WORK, args=of_sheet, shows="secret"),
    **rows("tools: sheet_csv", may=SEES_WORK, args=of_sheet, shows="secret"),
    **rows("tools: new_sheet create_sheet", may=CIRCLE, args=of_tool),
    **rows("tools: edit_sheet", may=CIRCLE, args=of_sheet, shows="secret"),
    **rows("tools: save_sheet refresh_sheet withdraw_sheet", may=CIRCLE, args=of_sheet),
}

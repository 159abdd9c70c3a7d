"""Cells of what a panel does together."""

from typing import Any

from tests.house.cells.addresses import of_company_round, of_province_round
from tests.house.cells.cell import rows
from tests.house.cells.readers import HOLDS_COMPANY, HOLDS_PROVINCE, JUDGE
from tests.house.world import Side


def of_deliberation(side: Side) -> dict[str, Any]:
    """The deliberation of the judged entry."""
    return {"deliberation_id": side.deliberation.id}


def of_exercise(side: Side) -> dict[str, Any]:
    """The exercise of the company's round."""
    return {"exercise_id": side.exercise.id}


def of_sheet(side: Side) -> dict[str, Any]:
    """The open sheet of the company's round."""
    return {"sheet_id": side.sheet.id}


def of_scored_sheet(side: Side) -> dict[str, Any]:
    """The sheet of the province's round, which came from paper."""
    return {"sheet_id": side.scored_sheet.id}


ROWS = {
    **rows("sittings: show_spread send_to_deliberation", may=HOLDS_PROVINCE, args=of_province_round),
    **rows(
        "sittings: show_deliberation", may=(*HOLDS_PROVINCE, *JUDGE), args=of_deliberation, shows="secret"
    ),
    **rows("sittings: add_minutes", may=(*HOLDS_PROVINCE, *JUDGE), args=of_deliberation),
    **rows("sittings: decide_deliberation", may=HOLDS_PROVINCE, args=of_deliberation),
    **rows("sittings: show_talks order_talks", may=HOLDS_COMPANY, args=of_company_round),
    **rows("sittings: move_talk", may=HOLDS_COMPANY, args=lambda side: {"talk_id": side.talk.id}),
    **rows("sittings: current_talk", may=JUDGE, args=of_company_round),
    **rows("sittings: list_exercises", may=(*HOLDS_COMPANY, *JUDGE), args=of_company_round),
    **rows("sittings: set_exercise", may=HOLDS_COMPANY, args=of_company_round),
    **rows("sittings: show_exercise", may=(*HOLDS_COMPANY, *JUDGE), args=of_exercise, shows="secret"),
    **rows("sittings: exercise_file", may=(*HOLDS_COMPANY, *JUDGE), args=of_exercise),
    **rows("sittings: blank_sheets", may=(*HOLDS_COMPANY, *JUDGE), args=of_company_round),
    **rows("sittings: new_paper_sheet enter_paper_sheet", may=HOLDS_COMPANY, args=of_sheet),
    **rows("sittings: paper_scan", may=(*HOLDS_PROVINCE, *JUDGE), args=of_scored_sheet),
    **rows("sittings: agree_with_paper object_to_paper", may=JUDGE, args=of_scored_sheet),
    **rows("sittings: answer_exercise", may=JUDGE, args=of_exercise),
}

"""The room's records, board, rates, signals and waiting approvals, as they are asked for."""

from cp_circles.guidance.queries.approvals import Waiting, waiting_of
from cp_circles.guidance.queries.board import BoardRow, board_of, thresholds_of
from cp_circles.guidance.queries.rates import DutyRates, rates_of
from cp_circles.guidance.queries.records import (
    advice_on,
    appraisals_of_month,
    circles_of_company,
    finding_by_id,
    findings_of_circle,
    has_circles,
    hours_of_circle,
    months_of_circle,
    previous_points,
    record_by_id,
    sheet_of,
    visits_of_circle,
)
from cp_circles.guidance.queries.registers import REGISTERS, Asked, Register, register_page
from cp_circles.guidance.queries.signals import SIGNALS, ProjectSignals, signals_of
from cp_circles.guidance.queries.staff import (
    MOST_SHOWN,
    StaffAsked,
    StaffFound,
    staff_found,
    staff_named,
)

__all__ = [
    "MOST_SHOWN",
    "REGISTERS",
    "SIGNALS",
    "Asked",
    "BoardRow",
    "DutyRates",
    "ProjectSignals",
    "Register",
    "StaffAsked",
    "StaffFound",
    "Waiting",
    "advice_on",
    "appraisals_of_month",
    "board_of",
    "circles_of_company",
    "finding_by_id",
    "findings_of_circle",
    "has_circles",
    "hours_of_circle",
    "months_of_circle",
    "previous_points",
    "rates_of",
    "record_by_id",
    "register_page",
    "sheet_of",
    "signals_of",
    "staff_found",
    "staff_named",
    "thresholds_of",
    "visits_of_circle",
    "waiting_of",
]

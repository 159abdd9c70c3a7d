"""The room's rows of the access table: whoever is signed in may knock, the rules decide about the company."""

from cp_circles.people.models import Role
from cp_circles.web.doors import SIGNED_IN, Door

DESK = (Role.DEPARTMENT, Role.FACILITATOR, Role.ADMINISTRATOR)
AT_DESK = (
    "home",
    "show_board",
    "remind_circle",
    "show_rates",
    "list_records",
    "export_records",
    "new_record",
    "add_record",
    "show_record",
    "edit_record",
    "save_record",
    "show_month",
    "appraise_form",
    "appraise",
    "show_approvals",
    "approve",
    "show_signals",
    "look_at_signal",
    "edit_thresholds",
    "save_thresholds",
    "show_new_year",
)
OF_CIRCLE = ("show_circle", "report_visit", "close_finding", "finding_file")

DOORS = (
    *(Door(f"guidance.{name}", DESK, "company") for name in AT_DESK),
    *(Door(f"guidance.{name}", SIGNED_IN, "circle") for name in OF_CIRCLE),
)

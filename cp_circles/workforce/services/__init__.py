"""Everything that writes about people at work."""

from cp_circles.workforce.services.leaving import (
    Handover,
    arrival_of,
    let_leave,
    move_to_department,
    take_in,
)
from cp_circles.workforce.services.staff import (
    STAFF_LIST,
    discard_list,
    issue_codes,
    keep_list,
    kept_list,
    plan_staff,
    store_staff,
)

__all__ = [
    "STAFF_LIST",
    "Handover",
    "arrival_of",
    "discard_list",
    "issue_codes",
    "keep_list",
    "kept_list",
    "let_leave",
    "move_to_department",
    "plan_staff",
    "store_staff",
    "take_in",
]

"""Everything that writes about people at work."""

from cp_circles.workforce.services.closing import close_company
from cp_circles.workforce.services.leaving import (
    Handover,
    arrival_of,
    let_leave,
    move_to_department,
    take_in,
)
from cp_circles.workforce.services.merging import doubled_of, merge_people, merged_into
from cp_circles.workforce.services.staff import (
    STAFF_LIST,
    discard_list,
    issue_codes,
    keep_list,
    kept_list,
    plan_staff,
    store_staff,
)
from cp_circles.workforce.services.uniting import Chosen, merge_companies

__all__ = [
    "STAFF_LIST",
    "Chosen",
    "Handover",
    "arrival_of",
    "close_company",
    "discard_list",
    "doubled_of",
    "issue_codes",
    "keep_list",
    "kept_list",
    "let_leave",
    "merge_companies",
    "merge_people",
    "merged_into",
    "move_to_department",
    "plan_staff",
    "store_staff",
    "take_in",
]

"""Everything that writes about people at work."""

from cp_circles.workforce.services.staff import (
    STAFF_LIST,
    discard_list,
    issue_codes,
    keep_list,
    kept_list,
    plan_staff,
    store_staff,
)

__all__ = ["STAFF_LIST", "discard_list", "issue_codes", "keep_list", "kept_list", "plan_staff", "store_staff"]

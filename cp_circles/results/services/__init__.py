"""Everything that writes results: drafting, freezing, and the blind copy."""

from cp_circles.results.services.blind import confirm_blind_page, make_blind_pages, paint_boxes
from cp_circles.results.services.freezing import (
    draft_result,
    edit_result,
    freeze_result,
    revoke_result,
    withdraw_result,
)

__all__ = [
    "confirm_blind_page",
    "draft_result",
    "edit_result",
    "freeze_result",
    "make_blind_pages",
    "paint_boxes",
    "revoke_result",
    "withdraw_result",
]

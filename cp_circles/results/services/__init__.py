"""Everything that writes results: drafting, freezing, and the blind copy."""

from cp_circles.results.services.blind import confirm_blind_page, paint_boxes
from cp_circles.results.services.blind_copy import draw_pages, keep_pages, make_blind_pages
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
    "draw_pages",
    "edit_result",
    "freeze_result",
    "keep_pages",
    "make_blind_pages",
    "paint_boxes",
    "revoke_result",
    "withdraw_result",
]

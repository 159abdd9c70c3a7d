"""Everything that writes results: drafting, freezing, the blind copy, documents and their templates."""

from cp_circles.results.services.blind import confirm_blind_page, paint_boxes
from cp_circles.results.services.blind_copy import draw_pages, keep_pages, make_blind_pages
from cp_circles.results.services.documents import (
    end_template,
    keep_document,
    order_document,
    send_template,
    template_content,
    use_template,
)
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
    "end_template",
    "freeze_result",
    "keep_document",
    "keep_pages",
    "make_blind_pages",
    "order_document",
    "paint_boxes",
    "revoke_result",
    "send_template",
    "template_content",
    "use_template",
    "withdraw_result",
]

"""Everything that writes in this room: deliberations, talks, exercises and sheets from paper."""

from cp_circles.sittings.services.deliberations import (
    add_minutes,
    decide_deliberation,
    send_to_deliberation,
)
from cp_circles.sittings.services.exercises import answer_exercise, set_exercise
from cp_circles.sittings.services.paper import agree_with_paper, enter_paper_sheet, object_to_paper
from cp_circles.sittings.services.talks import move_talk, order_talks

__all__ = [
    "add_minutes",
    "agree_with_paper",
    "answer_exercise",
    "decide_deliberation",
    "enter_paper_sheet",
    "move_talk",
    "object_to_paper",
    "order_talks",
    "send_to_deliberation",
    "set_exercise",
]

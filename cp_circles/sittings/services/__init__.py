"""Everything that writes in this room: deliberations, talks and exercises."""

from cp_circles.sittings.services.deliberations import (
    add_minutes,
    decide_deliberation,
    send_to_deliberation,
)
from cp_circles.sittings.services.exercises import answer_exercise, set_exercise
from cp_circles.sittings.services.talks import move_talk, order_talks

__all__ = [
    "add_minutes",
    "answer_exercise",
    "decide_deliberation",
    "move_talk",
    "order_talks",
    "send_to_deliberation",
    "set_exercise",
]

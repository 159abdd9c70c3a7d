"""Everything that writes circles, their members, years and activities."""

from cp_circles.circles.services.activities import log_activity, touch_circle
from cp_circles.circles.services.corrections import NOT_THEIRS as NOT_THEIR_ENTRY
from cp_circles.circles.services.corrections import correct_activity, withdraw_activity
from cp_circles.circles.services.dormancy import ask_for_renewals, mark_dormant, revive_circle
from cp_circles.circles.services.drafts import MemberEntry, delete_circle, draft_circle, edit_circle
from cp_circles.circles.services.members import add_member, change_leader, edit_member, remove_member
from cp_circles.circles.services.partners import answer_partner, ask_partner, end_partner, leave_circle
from cp_circles.circles.services.registration import (
    approve_circle,
    deregister_circle,
    renew_circle,
    return_circle,
    submit_circle,
)
from cp_circles.circles.services.telling import APPROVE, CORRECT, DECIDE_DORMANT, LOG_ACTIVITY, RENEW

__all__ = [
    "APPROVE",
    "CORRECT",
    "DECIDE_DORMANT",
    "LOG_ACTIVITY",
    "NOT_THEIR_ENTRY",
    "RENEW",
    "MemberEntry",
    "add_member",
    "answer_partner",
    "approve_circle",
    "ask_for_renewals",
    "ask_partner",
    "change_leader",
    "correct_activity",
    "delete_circle",
    "deregister_circle",
    "draft_circle",
    "edit_circle",
    "edit_member",
    "end_partner",
    "leave_circle",
    "log_activity",
    "mark_dormant",
    "remove_member",
    "renew_circle",
    "return_circle",
    "revive_circle",
    "submit_circle",
    "touch_circle",
    "withdraw_activity",
]

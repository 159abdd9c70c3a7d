"""The room's rows of the access table: whoever is signed in may knock, the rules decide about the circle."""

from cp_circles.web.doors import SIGNED_IN, Door

SEEN = ("list_circles", "show_circle", "list_activities", "show_photo", "show_partners")
WRITTEN = (
    "new_circle",
    "draft_circle",
    "edit_circle",
    "save_circle",
    "delete_circle",
    "submit_circle",
    "renew_circle",
    "add_member",
    "edit_member",
    "remove_member",
    "change_leader",
    "new_activity",
    "log_activity",
    "edit_activity",
    "correct_activity",
    "withdraw_activity",
    "ask_partner",
    "join_circle",
    "decline_circle",
    "leave_circle",
)
DECIDED = ("return_circle", "approve_circle", "revive_circle", "deregister_circle")

DOORS = tuple(Door(f"circles.{name}", SIGNED_IN, "circle") for name in (*SEEN, *WRITTEN, *DECIDED))

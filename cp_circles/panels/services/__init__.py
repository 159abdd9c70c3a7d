"""Everything that writes in this room: who judges, their conflicts, plans, and who scores what."""

from cp_circles.panels.services.assignments import assign_judge, unassign_judge
from cp_circles.panels.services.invitations import (
    accept_invitation,
    declare_conflicts,
    decline_invitation,
    invite_judge,
    release_judge,
)
from cp_circles.panels.services.plans import assign_panel, change_panel, draft_panel, set_panel_terms
from cp_circles.panels.services.reminding import remind_judges

__all__ = [
    "accept_invitation",
    "assign_judge",
    "assign_panel",
    "change_panel",
    "declare_conflicts",
    "decline_invitation",
    "draft_panel",
    "invite_judge",
    "release_judge",
    "remind_judges",
    "set_panel_terms",
    "unassign_judge",
]

"""The room's rows of the access table, with the moments of the round's life in which each door opens."""

from functools import partial

from cp_circles.judging.access import ASSIGNING, ORGANISERS, TAKEN_BACK, UNFINISHED, UNPUBLISHED, doors
from cp_circles.judging.phases import MOMENTS, from_to, since
from cp_circles.people.models import Role
from cp_circles.web.doors import SIGNED_IN

_doors = partial(doors, "panels")

DOORS = (
    *_doors("assign_judge", ORGANISERS, "round", ASSIGNING),
    *_doors("show_panel", ORGANISERS, "round", MOMENTS),
    *_doors("invite_judge release_judge remind_judges", ORGANISERS, "round", UNPUBLISHED),
    *_doors("draft_panel change_panel assign_panel save_panel_terms", ORGANISERS, "round", ASSIGNING),
    *_doors("propose_panel", ORGANISERS, "round", since("before")),
    *_doors("unassign_judge", ORGANISERS, "round", (*from_to("conflict_declaration", "late"), *TAKEN_BACK)),
    *_doors("show_invitation", SIGNED_IN, "own", MOMENTS),
    *_doors("accept_invitation", SIGNED_IN, "own", UNPUBLISHED),
    *_doors("decline_invitation", SIGNED_IN, "own", UNFINISHED),
    *_doors("new_declaration declare_conflicts", (Role.JUDGE,), "own", ASSIGNING),
)

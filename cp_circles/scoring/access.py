"""The room's rows of the access table, with the moments of the round's life in which each door opens."""

from functools import partial

from cp_circles.judging.access import JUDGES_CHOSEN, ORGANISERS, SCORING, TAKEN_BACK, doors
from cp_circles.judging.phases import from_to, since
from cp_circles.people.models import Role
from cp_circles.web.doors import SIGNED_IN

_doors = partial(doors, "scoring")

DOORS = (
    *_doors("reopen_sheet", ORGANISERS, "round", (*from_to("scoring", "late"), *TAKEN_BACK)),
    *_doors("print_any_sheet show_versions", ORGANISERS, "round", since("scoring")),
    *_doors("my_entries", SIGNED_IN, "own"),
    *_doors(
        "round_desk show_desk desk_page_image desk_evidence print_sheet", (Role.JUDGE,), "own", JUDGES_CHOSEN
    ),
    *_doors("autosave_sheet save_sheet abstain", (Role.JUDGE,), "own", SCORING),
    *_doors("recuse", (Role.JUDGE,), "own", (*from_to("conflict_declaration", "late"), *TAKEN_BACK)),
)

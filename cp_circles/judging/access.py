"""The judging room's rows of the access table; the rules decide about the single round, entry or sheet.

Every door of a round names the moments of the round's life in which it opens (`judging.phases.MOMENTS`);
the test of the table asks for each of them in every moment.
"""

from functools import partial

from cp_circles.judging.phases import MOMENTS, from_to, since
from cp_circles.people.models import Role
from cp_circles.web.doors import PUBLIC, SIGNED_IN, Door

ORGANISERS = (Role.DEPARTMENT, Role.OFFICIAL, Role.ADMINISTRATOR)
CIRCLE = (Role.LEADER, Role.MEMBER, Role.FACILITATOR)
ENTRANTS = (Role.LEADER, Role.DEPARTMENT)
TAKEN_BACK = ("taken_back",)
UNPUBLISHED = (*from_to("before", "late"), *TAKEN_BACK)
UNFINISHED = from_to("before", "after")
ENTERED = since("entry")
ENTERED_UNPUBLISHED = (*from_to("entry", "late"), *TAKEN_BACK)
JUDGES_CHOSEN = since("conflict_declaration")
ASSIGNING = from_to("conflict_declaration", "presentation")
SCORING = ("scoring", "presentation", *TAKEN_BACK)
STANDING = since("deliberation")
COMPUTING = ("deliberation", "late", *TAKEN_BACK)
PUBLISHED = ("publicity", "final", "after", "finished", "awarded")
OBJECTED = since("publicity")


def doors(
    room: str,
    endpoints: str,
    roles: str | tuple[Role, ...],
    scope: str,
    phases: tuple[str, ...] | None = None,
    private: bool = False,
) -> tuple[Door, ...]:
    """One row for each of the endpoints of a room."""
    return tuple(Door(f"{room}.{name}", roles, scope, phases, private) for name in endpoints.split())


_doors = partial(doors, "judging")

DOORS = (
    *_doors("list_rounds", SIGNED_IN, "round"),
    *_doors("show_round show_rule", SIGNED_IN, "round", MOMENTS),
    *_doors(
        "new_season open_season show_new_year roll_over copy_rounds",
        (Role.OFFICIAL, Role.ADMINISTRATOR),
        "platform",
    ),
    *_doors("edit_county_rounds hold_county_rounds", (Role.OFFICIAL,), "region"),
    *_doors("new_round open_round", (Role.DEPARTMENT, Role.OFFICIAL), "round"),
    *_doors("edit_round save_round", ORGANISERS, "round", from_to("before", "conflict_declaration")),
    *_doors("announce_round", ORGANISERS, "round", UNFINISHED),
    *_doors("end_phase", ORGANISERS, "round", ENTERED_UNPUBLISHED),
    *_doors("edit_phase move_phase", ORGANISERS, "round", UNPUBLISHED),
    *_doors("list_entries show_report blind_pages blind_page_image", ORGANISERS, "round", ENTERED),
    *_doors("confirm_blind_page", ORGANISERS, "round", ENTERED_UNPUBLISHED),
    *_doors("review_entry", ORGANISERS, "round", (*from_to("formal_review", "late"), *TAKEN_BACK)),
    *_doors("give_blind_numbers", ORGANISERS, "round", ASSIGNING),
    *_doors("new_entry enter_result", ENTRANTS, "circle", ("entry",)),
    *_doors("show_entry", (*CIRCLE, *ORGANISERS), "circle", ENTERED),
    *_doors("complete_entry", ENTRANTS, "circle", from_to("entry", "presentation")),
    *_doors("withdraw_entry", ENTRANTS, "circle", ("entry", "formal_review")),
    *_doors("public_rule", PUBLIC, "platform", MOMENTS),
)

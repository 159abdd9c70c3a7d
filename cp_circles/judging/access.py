"""The judging room's rows of the access table; the rules decide about the single round, entry or sheet.

Every door of a round names the moments of the round's life in which it opens (`judging.phases.MOMENTS`);
the test of the table asks for each of them in every moment.
"""

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


def _doors(
    endpoints: str,
    roles: str | tuple[Role, ...],
    scope: str,
    phases: tuple[str, ...] | None = None,
    private: bool = False,
) -> tuple[Door, ...]:
    """One row for each of the endpoints."""
    return tuple(Door(f"judging.{name}", roles, scope, phases, private) for name in endpoints.split())


DOORS = (
    *_doors("list_rounds", SIGNED_IN, "round"),
    *_doors("show_round show_rule", SIGNED_IN, "round", MOMENTS),
    *_doors("show_standing print_standing export_standing show_fairness", ORGANISERS, "round", STANDING),
    *_doors(
        "new_season open_season show_new_year roll_over copy_rounds",
        (Role.OFFICIAL, Role.ADMINISTRATOR),
        "platform",
    ),
    *_doors("show_calendar add_calendar_day remove_calendar_day", (Role.ADMINISTRATOR,), "platform"),
    *_doors("edit_county_rounds hold_county_rounds", (Role.OFFICIAL,), "region"),
    *_doors("new_round open_round", (Role.DEPARTMENT, Role.OFFICIAL), "round"),
    *_doors("edit_round save_round", ORGANISERS, "round", from_to("before", "conflict_declaration")),
    *_doors("announce_round", ORGANISERS, "round", UNFINISHED),
    *_doors("end_phase", ORGANISERS, "round", ENTERED_UNPUBLISHED),
    *_doors("edit_phase move_phase", ORGANISERS, "round", UNPUBLISHED),
    *_doors("edit_quotas", ORGANISERS, "round", MOMENTS),
    *_doors("set_quotas hand_on_places", ORGANISERS, "round", UNFINISHED),
    *_doors("new_return", ORGANISERS, "round", MOMENTS),
    *_doors("return_places", ORGANISERS, "round", (*UNPUBLISHED, "finished", "awarded")),
    *_doors("list_entries show_report blind_pages blind_page_image", ORGANISERS, "round", ENTERED),
    *_doors("confirm_blind_page", ORGANISERS, "round", ENTERED_UNPUBLISHED),
    *_doors("review_entry", ORGANISERS, "round", (*from_to("formal_review", "late"), *TAKEN_BACK)),
    *_doors("give_blind_numbers assign_judge", ORGANISERS, "round", ASSIGNING),
    *_doors("new_entry enter_result", ENTRANTS, "circle", ("entry",)),
    *_doors("show_entry", (*CIRCLE, *ORGANISERS), "circle", ENTERED),
    *_doors("complete_entry", ENTRANTS, "circle", from_to("entry", "presentation")),
    *_doors("withdraw_entry", ENTRANTS, "circle", ("entry", "formal_review")),
    *_doors("show_panel", ORGANISERS, "round", MOMENTS),
    *_doors("invite_judge release_judge remind_judges", ORGANISERS, "round", UNPUBLISHED),
    *_doors("draft_panel change_panel assign_panel save_panel_terms", ORGANISERS, "round", ASSIGNING),
    *_doors("propose_panel", ORGANISERS, "round", since("before")),
    *_doors("unassign_judge", ORGANISERS, "round", (*from_to("conflict_declaration", "late"), *TAKEN_BACK)),
    *_doors("reopen_sheet", ORGANISERS, "round", (*from_to("scoring", "late"), *TAKEN_BACK)),
    *_doors("print_any_sheet show_versions", ORGANISERS, "round", since("scoring")),
    *_doors("my_entries", SIGNED_IN, "own"),
    *_doors("show_invitation", SIGNED_IN, "own", MOMENTS),
    *_doors("accept_invitation", SIGNED_IN, "own", UNPUBLISHED),
    *_doors("decline_invitation", SIGNED_IN, "own", UNFINISHED),
    *_doors("new_declaration declare_conflicts", (Role.JUDGE,), "own", ASSIGNING),
    *_doors(
        "round_desk show_desk desk_page_image desk_evidence print_sheet", (Role.JUDGE,), "own", JUDGES_CHOSEN
    ),
    *_doors("autosave_sheet save_sheet abstain", (Role.JUDGE,), "own", SCORING),
    *_doors("recuse", (Role.JUDGE,), "own", (*from_to("conflict_declaration", "late"), *TAKEN_BACK)),
    *_doors("compute_standing publish_standing foresee_standing", ORGANISERS, "round", COMPUTING),
    *_doors("hold_list", ORGANISERS, "round", PUBLISHED),
    *_doors("lift_hold", ORGANISERS, "round", (*PUBLISHED, *TAKEN_BACK)),
    *_doors("finish_round", ORGANISERS, "round", ("final", "after")),
    *_doors("promote_reserve", ORGANISERS, "round", ("finished", "awarded")),
    *_doors("public_lists show_list print_list export_list public_fairness", PUBLIC, "platform", PUBLISHED),
    *_doors("public_rule", PUBLIC, "platform", MOMENTS),
    *_doors("new_objection file_objection", SIGNED_IN, "own", ("publicity",)),
    *_doors("my_objections", SIGNED_IN, "own", private=True),
    *_doors("my_objection", SIGNED_IN, "own", OBJECTED, private=True),
    *_doors("withdraw_objection", SIGNED_IN, "own", ("publicity", *TAKEN_BACK)),
    *_doors("list_objections", ORGANISERS, "round", OBJECTED),
    *_doors("show_objection objection_evidence", ORGANISERS, "round", OBJECTED, private=True),
    *_doors(
        "admit_objection refuse_objection decide_objection", ORGANISERS, "round", ("publicity", *TAKEN_BACK)
    ),
)

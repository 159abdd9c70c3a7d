"""The judging room's rows of the access table; the rules decide about the single round, entry or sheet."""

from cp_circles.people.models import Role
from cp_circles.web.doors import PUBLIC, SIGNED_IN, Door

ORGANISERS = (Role.DEPARTMENT, Role.OFFICIAL, Role.ADMINISTRATOR)
CIRCLE = (Role.LEADER, Role.MEMBER, Role.FACILITATOR)
ENTRANTS = (Role.LEADER, Role.DEPARTMENT)
BEFORE_SCORING = ("entry", "formal_review", "conflict_declaration")
AFTER_SCORING = ("deliberation", "publicity", "final")


def _doors(
    endpoints: str, roles: str | tuple[Role, ...], scope: str, phases: tuple[str, ...] | None = None
) -> tuple[Door, ...]:
    """One row for each of the endpoints."""
    return tuple(Door(f"judging.{name}", roles, scope=scope, phases=phases) for name in endpoints.split())


DOORS = (
    *_doors("list_rounds show_round show_rule", SIGNED_IN, "round"),
    *_doors("show_standing print_standing export_standing", ORGANISERS, "round"),
    *_doors("new_season open_season", (Role.OFFICIAL, Role.ADMINISTRATOR), "platform"),
    *_doors("edit_county_rounds hold_county_rounds", (Role.OFFICIAL,), "region"),
    *_doors("new_round open_round", (Role.DEPARTMENT, Role.OFFICIAL), "round"),
    *_doors("edit_round save_round", ORGANISERS, "round", BEFORE_SCORING),
    *_doors("announce_round end_phase edit_phase move_phase edit_quotas set_quotas", ORGANISERS, "round"),
    *_doors("list_entries show_report blind_pages blind_page_image confirm_blind_page", ORGANISERS, "round"),
    *_doors("review_entry", ORGANISERS, "round", ("formal_review",)),
    *_doors("give_blind_numbers", ORGANISERS, "round", ("conflict_declaration", "scoring")),
    *_doors("new_entry enter_result", ENTRANTS, "circle", ("entry",)),
    *_doors("show_entry", (*CIRCLE, *ORGANISERS), "circle"),
    *_doors("complete_entry", ENTRANTS, "circle"),
    *_doors("withdraw_entry", ENTRANTS, "circle", ("entry", "formal_review")),
    *_doors(
        "show_panel invite_judge propose_panel unassign_judge reopen_sheet print_any_sheet",
        ORGANISERS,
        "round",
    ),
    *_doors(
        "assign_judge assign_panel", ORGANISERS, "round", ("conflict_declaration", "scoring", "presentation")
    ),
    *_doors("show_invitation accept_invitation decline_invitation my_entries", SIGNED_IN, "own"),
    *_doors("new_declaration declare_conflicts", (Role.JUDGE,), "own", ("conflict_declaration", "scoring")),
    *_doors("round_desk show_desk desk_page_image desk_evidence print_sheet", (Role.JUDGE,), "own"),
    *_doors("autosave_sheet save_sheet abstain", (Role.JUDGE,), "own", ("scoring", "presentation")),
    *_doors("recuse", (Role.JUDGE,), "own"),
    *_doors(
        "compute_standing publish_standing finish_round promote_reserve", ORGANISERS, "round", AFTER_SCORING
    ),
    *_doors("public_lists show_list print_list export_list public_rule", PUBLIC, "platform"),
    *_doors("new_objection file_objection", SIGNED_IN, "own", ("publicity",)),
    *_doors("my_objections my_objection withdraw_objection", SIGNED_IN, "own"),
    *_doors(
        "list_objections show_objection objection_evidence admit_objection refuse_objection decide_objection",
        (Role.DEPARTMENT, Role.OFFICIAL, Role.ADMINISTRATOR),
        "round",
        ("publicity",),
    ),
)

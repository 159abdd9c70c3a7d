"""The room's rows of the access table, with the moments of the round's life in which each door opens."""

from cp_circles.judging.phases import MOMENTS, from_to, since
from cp_circles.people.models import Role
from cp_circles.web.doors import Door

ORGANISERS = (Role.DEPARTMENT, Role.OFFICIAL, Role.ADMINISTRATOR)
PANEL = (*ORGANISERS, Role.JUDGE)
JUDGED = since("scoring")
TALKING = (*from_to("scoring", "late"), "taken_back")
PLANNING = (*from_to("conflict_declaration", "late"), "taken_back")
CHOSEN = since("conflict_declaration")
SCORING = ("scoring", "presentation", "taken_back")
PRACTISING = from_to("before", "presentation")


def _doors(endpoints: str, roles: tuple[Role, ...], scope: str, phases: tuple[str, ...]) -> tuple[Door, ...]:
    """One row for each of the endpoints."""
    return tuple(Door(f"sittings.{name}", roles, scope, phases) for name in endpoints.split())


DOORS = (
    *_doors("show_spread", ORGANISERS, "round", JUDGED),
    *_doors("send_to_deliberation decide_deliberation", ORGANISERS, "round", TALKING),
    *_doors("show_deliberation", PANEL, "round", JUDGED),
    *_doors("add_minutes", PANEL, "round", TALKING),
    *_doors("show_talks", ORGANISERS, "round", CHOSEN),
    *_doors("order_talks", ORGANISERS, "round", PLANNING),
    *_doors("move_talk", ORGANISERS, "round", ("presentation",)),
    *_doors("current_talk", (Role.JUDGE,), "own", CHOSEN),
    *_doors("list_exercises show_exercise exercise_file", PANEL, "round", since("before")),
    *_doors("set_exercise", ORGANISERS, "round", from_to("before", "conflict_declaration")),
    *_doors("blank_sheets", PANEL, "round", MOMENTS),
    *_doors("paper_scan", PANEL, "round", CHOSEN),
    *_doors("new_paper_sheet", ORGANISERS, "round", CHOSEN),
    *_doors("enter_paper_sheet", ORGANISERS, "round", SCORING),
    *_doors("agree_with_paper", (Role.JUDGE,), "own", CHOSEN),
    *_doors("object_to_paper", (Role.JUDGE,), "own", PLANNING),
    *_doors("answer_exercise", (Role.JUDGE,), "own", PRACTISING),
)

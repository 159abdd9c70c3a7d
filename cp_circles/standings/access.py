"""The room's rows of the access table, with the moments of the round's life in which each door opens."""

from functools import partial

from cp_circles.judging.access import COMPUTING, ORGANISERS, PUBLISHED, STANDING, TAKEN_BACK, doors
from cp_circles.people.models import Role
from cp_circles.web.doors import PUBLIC

_doors = partial(doors, "standings")

DOORS = (
    *_doors("show_standing print_standing export_standing show_fairness", ORGANISERS, "round", STANDING),
    *_doors("show_calendar add_calendar_day remove_calendar_day", (Role.ADMINISTRATOR,), "platform"),
    *_doors("compute_standing publish_standing foresee_standing", ORGANISERS, "round", COMPUTING),
    *_doors("hold_list", ORGANISERS, "round", PUBLISHED),
    *_doors("lift_hold", ORGANISERS, "round", (*PUBLISHED, *TAKEN_BACK)),
    *_doors("finish_round", ORGANISERS, "round", ("final", "after")),
    *_doors("promote_reserve", ORGANISERS, "round", ("finished", "awarded")),
    *_doors("public_lists show_list print_list export_list public_fairness", PUBLIC, "platform", PUBLISHED),
)

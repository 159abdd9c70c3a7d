"""The room's rows of the access table, with the moments of the round's life in which each door opens."""

from functools import partial

from cp_circles.judging.access import ORGANISERS, UNFINISHED, UNPUBLISHED, doors
from cp_circles.judging.phases import MOMENTS

_doors = partial(doors, "quotas")

DOORS = (
    *_doors("edit_quotas", ORGANISERS, "round", MOMENTS),
    *_doors("set_quotas hand_on_places", ORGANISERS, "round", UNFINISHED),
    *_doors("new_return", ORGANISERS, "round", MOMENTS),
    *_doors("return_places", ORGANISERS, "round", (*UNPUBLISHED, "finished", "awarded")),
)

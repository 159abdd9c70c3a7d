"""The room's rows of the access table, with the moments of the round's life in which each door opens."""

from functools import partial

from cp_circles.judging.access import OBJECTED, ORGANISERS, TAKEN_BACK, doors
from cp_circles.web.doors import SIGNED_IN

_doors = partial(doors, "objections")

DOORS = (
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

"""The room's rows of the access table."""

from cp_circles.web.doors import SIGNED_IN, Door

DOORS = (
    Door("notices.list_tasks", SIGNED_IN, "own"),
    Door("notices.dismiss_task", SIGNED_IN, "own"),
    Door("notices.edit_wishes", SIGNED_IN, "own", private=True),
    Door("notices.keep_wishes", SIGNED_IN, "own", private=True),
    Door("notices.list_mails", SIGNED_IN, "own, platform", private=True),
)

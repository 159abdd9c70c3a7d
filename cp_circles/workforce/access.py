"""The room's rows of the access table."""

from cp_circles.people.models import Role
from cp_circles.web.doors import Door

STAFF = (Role.DEPARTMENT, Role.ADMINISTRATOR)
OF_STAFF = (
    "choose_list",
    "read_list",
    "preview_list",
    "store_list",
    "discard_list",
    "staff_template",
    "choose_codes",
    "print_codes",
    "leaving",
    "let_leave",
    "move",
    "arrival",
    "take_in",
)

DOORS = tuple(Door(f"workforce.{name}", STAFF, "company") for name in OF_STAFF)

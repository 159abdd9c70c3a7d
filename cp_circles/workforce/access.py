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

REGISTRARS = (Role.ADMINISTRATOR, Role.OFFICIAL)
OF_PERSON = ("choose_double", "merge_people")
OF_COMPANY = ("ask_closing", "close_company", "choose_twin", "merge_companies")

DOORS = (
    *(Door(f"workforce.{name}", STAFF, "company") for name in OF_STAFF),
    *(Door(f"workforce.{name}", (Role.ADMINISTRATOR,), "platform") for name in OF_PERSON),
    *(Door(f"workforce.{name}", REGISTRARS, "region") for name in OF_COMPANY),
)

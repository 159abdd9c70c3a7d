"""The room's rows of the access table; the rules decide about the single judge."""

from cp_circles.people.models import Role
from cp_circles.web.doors import SIGNED_IN, Door

KEEPERS = (Role.OFFICIAL, Role.ADMINISTRATOR)

DOORS = (
    Door("judges.my_profile", SIGNED_IN, "own"),
    Door("judges.save_profile", SIGNED_IN, "own"),
    Door("judges.list_judges", KEEPERS, "region"),
    Door("judges.export_judges", KEEPERS, "region"),
    Door("judges.show_judge", KEEPERS, "region"),
    Door("judges.keep_qualification", KEEPERS, "region"),
)

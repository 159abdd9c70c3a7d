"""The room's rows of the access table."""

from cp_circles.people.models import Role
from cp_circles.web.doors import SIGNED_IN, Door

STAFF = (
    Role.ADMINISTRATOR,
    Role.OFFICIAL,
    Role.DEPARTMENT,
    Role.FACILITATOR,
    Role.PROCESS_OWNER,
    Role.METERING,
    Role.FINANCE,
    Role.THIRD_PARTY,
)
REGISTRARS = (Role.ADMINISTRATOR, Role.OFFICIAL)
EDITORS = (Role.ADMINISTRATOR, Role.OFFICIAL, Role.DEPARTMENT)
KEEPERS = (Role.ADMINISTRATOR, Role.DEPARTMENT)

DOORS = (
    Door("organisations.list_companies", STAFF, "company, region"),
    Door("organisations.show_company", STAFF, "company, region"),
    Door("organisations.new_company", REGISTRARS, "region"),
    Door("organisations.register_company", REGISTRARS, "region"),
    Door("organisations.edit_company", EDITORS, "company, region"),
    Door("organisations.save_company", EDITORS, "company, region"),
    Door("organisations.save_thresholds", EDITORS, "company, region"),
    Door("organisations.save_member_limits", EDITORS, "company, region"),
    Door("organisations.add_department", KEEPERS, "company"),
    Door("organisations.rename_department", KEEPERS, "company"),
    Door("organisations.close_department", KEEPERS, "company"),
    Door("organisations.browse_regions", SIGNED_IN, "platform"),
    Door("organisations.show_region", SIGNED_IN, "platform"),
)

"""The tools room's rows of the access table."""

from cp_circles.people.models import Role
from cp_circles.web.doors import Door

CIRCLE = (Role.MEMBER, Role.LEADER)
VERIFIERS = (Role.PROCESS_OWNER, Role.METERING, Role.FINANCE, Role.THIRD_PARTY)
READERS = (*CIRCLE, Role.FACILITATOR, Role.DEPARTMENT, *VERIFIERS, Role.ADMINISTRATOR)

DOORS = (
    Door("tools.show_workbench", READERS, scope="circle"),
    Door("tools.show_sheet", READERS, scope="circle"),
    Door("tools.sheet_csv", READERS, scope="circle"),
    Door("tools.new_sheet", CIRCLE, scope="circle"),
    Door("tools.create_sheet", CIRCLE, scope="circle"),
    Door("tools.edit_sheet", CIRCLE, scope="circle"),
    Door("tools.save_sheet", CIRCLE, scope="circle"),
    Door("tools.refresh_sheet", CIRCLE, scope="circle"),
    Door("tools.withdraw_sheet", CIRCLE, scope="circle"),
)

"""The leaderboards room's rows of the access table."""

from cp_circles.people.models import Role
from cp_circles.web.doors import PUBLIC, SIGNED_IN, Door

KEEPERS = (Role.OFFICIAL, Role.ADMINISTRATOR)

DOORS = (
    Door("leaderboards.boards", PUBLIC, scope="own"),
    Door("leaderboards.export_board", SIGNED_IN, scope="own"),
    Door("leaderboards.board_chart", SIGNED_IN, scope="own"),
    Door("leaderboards.show_savings", PUBLIC, scope="own"),
    Door("leaderboards.show_project", SIGNED_IN, scope="own"),
    Door("leaderboards.start_from_case", (Role.MEMBER, Role.LEADER), scope="circle"),
    Door("leaderboards.public_boards", PUBLIC, scope="published"),
    Door("leaderboards.export_public_board", PUBLIC, scope="published"),
    Door("leaderboards.public_board_chart", PUBLIC, scope="published"),
    Door("leaderboards.public_savings", PUBLIC, scope="published"),
    Door("leaderboards.public_project", PUBLIC, scope="published"),
    Door("leaderboards.method", PUBLIC, scope="published"),
    Door("leaderboards.public_awards", PUBLIC, scope="published", phases=("awarded",)),
    Door("leaderboards.list_freezes", KEEPERS, scope="region"),
    Door("leaderboards.freeze_boards", KEEPERS, scope="region"),
    Door("leaderboards.lift_freeze", KEEPERS, scope="region"),
)

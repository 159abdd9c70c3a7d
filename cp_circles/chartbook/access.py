"""The chartbook's rows of the access table."""

from cp_circles.people.models import Role
from cp_circles.web.doors import PUBLIC, SIGNED_IN, Door

PLANNERS = (Role.OFFICIAL, Role.ADMINISTRATOR)

DOORS = (
    Door("chartbook.charts", PUBLIC, scope="own"),
    Door("chartbook.chart_table", SIGNED_IN, scope="own"),
    Door("chartbook.public_charts", PUBLIC, scope="published"),
    Door("chartbook.public_chart_table", PUBLIC, scope="published"),
    Door("chartbook.show_plan", PLANNERS, scope="region"),
    Door("chartbook.set_plan", PLANNERS, scope="region"),
)

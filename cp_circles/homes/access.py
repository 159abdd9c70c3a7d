"""The homes room's rows of the access table."""

from cp_circles.web.doors import PUBLIC, SIGNED_IN, Door

DOORS = (
    Door("homes.welcome", PUBLIC, scope="published"),
    Door("homes.welcome_chart", PUBLIC, scope="published"),
    Door("homes.home", SIGNED_IN, scope="own"),
    Door("homes.funnel_chart", SIGNED_IN, scope="own"),
    Door("homes.project_overview", SIGNED_IN, scope="circle"),
    Door("homes.overview_chart", SIGNED_IN, scope="circle"),
    Door("homes.write_comment", SIGNED_IN, scope="circle"),
    Door("homes.settle_comment", SIGNED_IN, scope="circle"),
)

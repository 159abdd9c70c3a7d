"""The displays room's rows of the access table."""

from cp_circles.web.doors import PUBLIC, Door

DOORS = (
    Door("displays.hall", PUBLIC, scope="published"),
    Door("displays.widget", PUBLIC, scope="published"),
    Door("displays.widget_code", PUBLIC, scope="published"),
    Door("displays.awards_feed", PUBLIC, scope="published"),
)

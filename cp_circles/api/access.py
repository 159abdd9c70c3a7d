"""The interface's rows of the access table: a token opens them, a cookie never."""

from cp_circles.web.doors import PUBLIC, TOKEN, Door

DOORS = (
    Door("api.list_meters", TOKEN, scope="company"),
    Door("api.post_readings", TOKEN, scope="company"),
    Door("api.openapi", PUBLIC, scope="platform"),
)

"""The room's row of the access table: anybody may search, each group asks what its reader may see."""

from cp_circles.web.doors import PUBLIC, Door

DOORS = (Door("searching.search", PUBLIC, scope="published, own, company, region"),)

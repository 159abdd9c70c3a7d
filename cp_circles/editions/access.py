"""The room's rows of the access table."""

from cp_circles.people.models import Role
from cp_circles.web.doors import SIGNED_IN, Door

ADMINISTRATORS = (Role.ADMINISTRATOR,)

DOORS = (
    Door("editions.list_editions", SIGNED_IN, "platform"),
    Door("editions.show_edition", SIGNED_IN, "platform"),
    Door("editions.download_edition", SIGNED_IN, "platform"),
    Door("editions.new_edition", ADMINISTRATORS, "platform"),
    Door("editions.publish_edition", ADMINISTRATORS, "platform"),
)

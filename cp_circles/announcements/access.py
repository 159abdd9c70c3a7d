"""The room's rows of the access table."""

from cp_circles.people.models import Role
from cp_circles.web.doors import SIGNED_IN, Door

ANNOUNCES = (Role.ADMINISTRATOR, Role.OFFICIAL, Role.DEPARTMENT)

DOORS = (
    Door("announcements.list_announcements", SIGNED_IN, "own"),
    Door("announcements.show_announcement", SIGNED_IN, "own, company, region, platform"),
    Door("announcements.download", SIGNED_IN, "own, company, region, platform"),
    Door("announcements.confirm_reading", SIGNED_IN, "own, company, region, platform"),
    Door("announcements.list_managed", ANNOUNCES, "company, region, platform"),
    Door("announcements.new_announcement", ANNOUNCES, "company, region, platform"),
    Door("announcements.announce", ANNOUNCES, "company, region, platform"),
    Door("announcements.withdraw", ANNOUNCES, "company, region, platform"),
)

"""One's dates as an iCalendar file (RFC 5545), in the language of its owner and the zone that governs."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from flask_babel import gettext as _
from icalendar import Calendar, Event

from cp_circles.personal.queries.calendar import Happening
from cp_circles.web.i18n import locale_name, translate
from cp_circles.web.mail import full_address
from cp_circles.web.session import clock

EVERY = timedelta(hours=6)


def calendar_file(happenings: Sequence[Happening], *, now: datetime) -> bytes:
    """The calendar: whole days for dates, moments in the governing zone for phases."""
    calendar = Calendar()
    calendar.add("prodid", "-//CP Circles//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("CP Circles"))
    calendar.add("x-wr-timezone", clock().zone.key)
    calendar.add("refresh-interval", EVERY, parameters={"VALUE": "DURATION"})
    for each in happenings:
        calendar.add_component(_event(each, now))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _event(each: Happening, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"{each.key}@{urlsplit(full_address('/')).hostname}")
    event.add("dtstamp", now)
    event.add("dtstart", _placed(each.starts))
    event.add("dtend", _end(each))
    event.add("summary", summary(each))
    event.add("url", full_address(each.url))
    if each.place:
        event.add("location", each.place)
    event.add("transp", "TRANSPARENT")
    return event


def summary(each: Happening) -> str:
    """What an entry says; a phase after the name of its round."""
    text = translate(each.msgid, each.values)
    return f"{text} · {each.names.in_(locale_name())}" if each.names else text


def _placed(value: date | datetime) -> date | datetime:
    return value.astimezone(clock().zone) if isinstance(value, datetime) else value


def _end(each: Happening) -> date | datetime:
    """The end as the format counts it: the day after the last one, or the moment itself."""
    if isinstance(each.ends, datetime):
        return _placed(each.ends)
    return each.ends + timedelta(days=1)

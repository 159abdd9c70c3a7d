"""The working days of a publicity period, as the calendar shows them."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _

from cp_circles.calc.workdays import Calendar, Interval, Weekdays
from cp_circles.errors import msg
from cp_circles.judging.models import PublicList, Round
from cp_circles.judging.presenting.names import office_hours
from cp_circles.judging.queries.calendars import calendar_of
from cp_circles.standings.services.publicity import stops_of
from cp_circles.web.formats import datetime_text
from cp_circles.web.session import db_session

WEEKDAYS = (msg("Mon"), msg("Tue"), msg("Wed"), msg("Thu"), msg("Fri"), msg("Sat"), msg("Sun"))


def calendar(round_: Round, today: date, shown: Round | PublicList | None = None) -> dict[str, Any] | None:
    """The working days of a publicity period as the macro draws them, by the dates that are shown.

    Days on which an objection kept the clock from running are not counted; behind a held list nothing of
    later objections shows.
    """
    shown = shown or round_
    if shown.published_at is None:
        return None
    hours = office_hours()
    known = calendar_of(db_session(), round_.season.pack)
    starts_on = hours.day_of(shown.published_at)
    ends_on = hours.day_of(shown.publicity_ends_at) if shown.publicity_ends_at else None
    stopped = shown.publicity_ends_at is None
    held = isinstance(shown, PublicList) and shown.held_at is not None
    stops = [] if held else stops_of(db_session(), round_, hours)
    last = ends_on or max(today, starts_on + timedelta(days=round_.publicity_days))
    days: list[tuple[str, int, str, str]] = []
    counted, day = 0, starts_on
    while day < last and len(days) < 40:
        day += timedelta(days=1)
        working, still = known.is_working_day(day), _is_still(day, stops)
        counted += working and not still
        state = "now" if day == today else "off" if still or not working else "past" if day < today else ""
        word = _("today") if day == today else _day_word(working, still, counted)
        if ends_on == day and day != today:
            word = _("closes")
        days.append((_(WEEKDAYS[day.weekday()]), day.day, word, state))
    left = sum(1 for n in range((last - today).days) if known.is_working_day(today + timedelta(days=n + 1)))
    if today > starts_on and known.is_working_day(today) and today <= last:
        left += 1
    return {
        "days": days[-18:],
        "left": _("Clock stopped") if stopped else _("still %(count)s", count=max(0, left)),
        "left_unit": "" if stopped else _("working day") if left == 1 else _("working days"),
        "ends": _("The clock stands still; the end is set when the objection is settled.")
        if stopped
        else _("Closes on %(when)s.", when=datetime_text(shown.publicity_ends_at)),
        "note": _("An objection is being examined: the clock stands still and the end moves.")
        if stopped
        else None,
        "unknown": _unknown_years(known, starts_on, last),
    }


def _is_still(day: date, stops: Iterable[Interval]) -> bool:
    """True for a day on which an objection kept the clock from running."""
    return any(first <= day and (resumed is None or day < resumed) for first, resumed in stops)


def _day_word(working: bool, still: bool, counted: int) -> str:
    if not working:
        return _("off")
    return _("stopped") if still else _("day %(n)s", n=counted)


def _unknown_years(known: Calendar, starts_on: date, last: date) -> str:
    """A sentence about years of the period whose holiday plan is not known; empty where all are."""
    if isinstance(known, Weekdays):
        return _("No holidays are known for this season: Monday to Friday count as working days.")
    years = [str(day.year) for day in (starts_on, last) if not known.covers(day)]
    if not years:
        return ""
    return _(
        "The holiday plan of %(years)s is not entered yet: Monday to Friday count as working days until it"
        " is; the end then moves with it.",
        years=" / ".join(dict.fromkeys(years)),
    )

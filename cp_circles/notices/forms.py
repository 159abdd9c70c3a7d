"""How a person wants to be told of things."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from cp_circles.notices.rules import APP, DIGEST, MAIL, REMINDED_BEFORE, REMINDER_DAYS, REMINDER_KINDS
from cp_circles.web.forms import BaseForm

ZONES = (
    "Asia/Shanghai",
    "Asia/Urumqi",
    "Asia/Hong_Kong",
    "Asia/Tokyo",
    "Asia/Singapore",
    "Europe/Berlin",
    "UTC",
)


def _ways() -> list[SelectChoice]:
    return [
        SelectChoice(MAIL, _l("by mail at once")),
        SelectChoice(DIGEST, _l("by mail once a day at eight")),
        SelectChoice(APP, _l("only here, no mail")),
    ]


def _hours() -> list[SelectChoice]:
    return [SelectChoice("", _l("none")), *(SelectChoice(str(hour), f"{hour:02}:00") for hour in range(24))]


def _days() -> list[SelectChoice]:
    words = {-1: _l("no reminder"), 0: _l("on the day itself"), 1: _l("1 day before")}
    return [
        SelectChoice(str(days), words.get(days) or _l("%(days)s days before", days=days))
        for days in REMINDER_DAYS
    ]


def _hour(value: object) -> int | None:
    return int(str(value)) if str(value or "").isdecimal() else None


class NotificationForm(BaseForm):
    """The way for each kind of message, reminders of dates, and the quiet hours."""

    tasks = SelectField(_l("Tasks and decisions"), choices=_ways)
    comments = SelectField(_l("Comments that mention me"), choices=_ways)
    announcements = SelectField(_l("Announcements"), choices=_ways)
    remind_work = SelectField(
        _l("Dates of circles and projects"), choices=_days, default=str(REMINDED_BEFORE)
    )
    remind_verification = SelectField(
        _l("Dates of signatures and savings"), choices=_days, default=str(REMINDED_BEFORE)
    )
    remind_judging = SelectField(
        _l("Dates of rounds and judging"), choices=_days, default=str(REMINDED_BEFORE)
    )
    quiet_from = SelectField(_l("No mail from"), choices=_hours)
    quiet_until = SelectField(_l("until"), choices=_hours)
    zone = SelectField(_l("Time zone"), choices=[SelectChoice(zone, zone) for zone in ZONES])

    @property
    def hours(self) -> tuple[int | None, int | None]:
        """The first and the last quiet hour."""
        return _hour(self.quiet_from.data), _hour(self.quiet_until.data)

    @property
    def reminders(self) -> dict[str, int]:
        """The days before a date, by kind."""
        return {kind: int(self[f"remind_{kind}"].data) for kind in REMINDER_KINDS}

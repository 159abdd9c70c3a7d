"""The short form of a reading with what helps to type it right, and the tiles of the meters."""

import secrets
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from cp_circles.calc.slips import meant_instead, slip_range
from cp_circles.errors import Invalid
from cp_circles.metering import queries, services
from cp_circles.metering.forms.meters import CounterEntry, EntryForm, PeriodEntry
from cp_circles.metering.models import Meter, Reading
from cp_circles.people.rules import Actor
from cp_circles.web.fields import read_decimal
from cp_circles.web.formats import number, quantity
from cp_circles.web.session import today


@dataclass
class Entry:
    """One meter's form: `last` is the reading before, `before` what the counter showed then.

    `usual` is the range that needs no note, `likely` the wider one that tells a slip by a power of ten;
    `meant` is the value to ask about.
    """

    meter: Meter
    form: EntryForm
    last: Reading | None
    since: date | None
    before: Decimal | None
    usual: tuple[Decimal, Decimal] | None
    likely: tuple[Decimal, Decimal] | None
    meant: Decimal | None = None

    def use_of(self, value: Decimal) -> Decimal:
        """What a typed figure stands for: itself, or of a running counter the use since the last reading."""
        if self.before is None:
            return value
        facts = self.form.facts()
        counted = services.Counted(
            value, self.before, facts["turned_over"], facts["old_final"], facts["new_start"]
        )
        try:
            return services.used(self.meter, counted)
        except Invalid:
            return Decimal(-1)

    def asks_nothing(self) -> bool:
        """Whether the figure can be stored as it is; else the form carries the question."""
        pressed, field = self.form.pressed.data or "", self.form.figure
        if pressed and pressed != "keep":
            field.data = read_decimal(pressed)
            field.raw_data = [pressed]
        value = field.data
        if pressed == "keep":
            self.form.kept.data = f"{value:f}"
        is_kept = self.form.kept.data == f"{value:f}"
        self.meant = None if is_kept else meant_instead(value, self.likely, self.use_of)
        if self.meant is not None:
            field.errors = [*field.errors, _("Did you mean %(value)s?", value=number(self.meant))]
            return False
        used = self.use_of(value)
        if self.usual is None or used < 0 or self.usual[0] <= used <= self.usual[1] or self.form.note.data:
            return True
        self.form.needs_reason(*(quantity(amount, self.meter.unit) for amount in (used, *self.usual)))
        return False

    @property
    def attributes(self) -> dict[str, str]:
        """What a script needs to say the difference while typing; the server asks anew."""
        found = {"data-reading": "register" if self.meter.is_register else "period"}
        if self.usual is not None:
            found |= {"data-low": str(self.usual[0]), "data-high": str(self.usual[1])}
        if self.likely is not None:
            found |= {"data-likely-low": str(self.likely[0]), "data-likely-high": str(self.likely[1])}
        if self.before is not None:
            found |= {"data-before": f"{self.before:f}", "data-times": f"{self.meter.multiplier:f}"}
        if self.last is not None:
            found["data-last"] = f"{self.last.quantity:f}"
        return found


def entry_of(session: Session, meter: Meter, *, sent: bool = False) -> Entry:
    """The form of a meter: as it was sent, or set to the next expected period or day."""
    last = queries.last_reading(session, meter.id)
    recent = queries.recent_quantities(session, [meter.id]).get(meter.id, [])
    since, before = services.stands_at(session, meter) if meter.is_register else (None, None)
    form: EntryForm = CounterEntry() if meter.is_register else PeriodEntry()
    if not sent:
        _preset(session, meter, form, since)
    usual = queries.usual_range(session, meter)
    return Entry(meter, form, last, since, before, usual, slip_range(recent))


def _preset(session: Session, meter: Meter, form: EntryForm, since: date | None) -> None:
    """Fill in the next expected period or day, and the key under which this form is stored once."""
    form.send_key.data = form.send_key.data or secrets.token_hex(16)
    if isinstance(form, CounterEntry) and form.read_on.data is None:
        form.read_on.data = today() if since is None or today() > since else None
    if isinstance(form, PeriodEntry) and form.starts_on.data is None:
        form.starts_on.data, form.ends_on.data = queries.next_period(session, meter, today())


def said_of(session: Session, reading: Reading) -> str:
    """What is said of a stored reading: its amount, and the difference from the one before."""
    recent = queries.recent_quantities(session, [reading.meter_id], 2)[reading.meter_id]
    unit = reading.meter.unit
    last = queries.last_reading(session, reading.meter_id)
    if len(recent) < 2 or last is None or last.id != reading.id:
        return _("The reading is stored: %(value)s.", value=quantity(reading.quantity, unit))
    values = {"value": quantity(reading.quantity, unit), "difference": number(abs(recent[0] - recent[1]))}
    if recent[0] == recent[1]:
        return _("The reading is stored: %(value)s, as much as last time.", value=values["value"])
    if recent[0] > recent[1]:
        return _("The reading is stored: %(value)s, %(difference)s more than last time.", **values)
    return _("The reading is stored: %(value)s, %(difference)s less than last time.", **values)


def tiles_of(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """The meters that the actor may log, with the last reading and what is due; four statements."""
    meters = queries.meters_to_read(session, queries.companies_metered_by(session, actor))
    last = queries.last_readings(session, [meter.id for meter in meters])
    rows = [_tile(meter, last.get(meter.id)) for meter in meters]
    return sorted(rows, key=lambda row: (not row["due"], row["meter"].company_id, row["meter"].name))


def _tile(meter: Meter, last: Reading | None) -> dict[str, Any]:
    until = last.ends_on if last else meter.first_read_on
    first = date(today().year, today().month, 1)
    shown = None
    if last is not None:
        shown = last.quantity if last.shown is None else last.shown
    elif meter.first_shown is not None:
        shown = meter.first_shown
    return {"meter": meter, "last": last, "shown": shown, "until": until, "due": _is_due(until, first)}


def _is_due(until: date | None, first: date) -> bool:
    """Whether the last full month is not covered yet."""
    return until is None or until.toordinal() < first.toordinal() - 1

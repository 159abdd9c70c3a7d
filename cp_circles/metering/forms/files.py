"""What the pages of files of readings capture: the file, what its columns mean, and how it is stored."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange, Optional

from cp_circles.metering.layouts import Layout
from cp_circles.metering.services.sorting import CORRECT, LEAVE
from cp_circles.web.forms import BaseForm

SHAPES = (
    ("long", _l("One row a reading")),
    ("months", _l("One row a meter, months as columns")),
    ("meters", _l("One row a period, meters as columns")),
)
ROLE_NAMES = {
    "": _l("Not read"),
    "meter": _l("Meter"),
    "from": _l("From (day or month)"),
    "to": _l("To"),
    "quantity": _l("Quantity"),
    "unit": _l("Unit"),
    "note": _l("Note"),
    "value": _l("Quantity of this month or meter"),
}


class StoreForm(BaseForm):
    """What the columns mean, and how the checked file is stored."""

    shape = SelectField(_l("Layout"), choices=[SelectChoice(*shape) for shape in SHAPES])
    year = IntegerField(_l("Year of months without one"), [Optional(), NumberRange(min=1990, max=2100)])
    unit = StringField(
        _l("Unit, where the file names none"),
        [Length(max=20)],
        description=_l(
            "Empty: the unit of each meter. Converted are kWh, MWh, 万kWh, t, kg, m3, 万m3, GJ, MJ, "
            "kgce, tce."
        ),
    )
    changed = RadioField(
        _l("Readings that are stored with another value"),
        choices=[
            SelectChoice(LEAVE, _l("Leave them as they are")),
            SelectChoice(CORRECT, _l("Correct them by a new version; the old one stays to be seen")),
        ],
        default=LEAVE,
    )
    reason = StringField(_l("Reason of the corrections"), [Length(max=500)])
    good_rows_only = BooleanField(_l("Store the good rows even if others are refused"))
    send_key = HiddenField()
    act = HiddenField()

    def show(self, layout: Layout) -> None:
        """Put a layout into the fields."""
        self.shape.data, self.year.data, self.unit.data = layout.shape, layout.year, layout.unit

    def layout(self, before: Layout, sent: Any) -> Layout:
        """The layout as it was sent; `sent` are the posted values with the roles as role-0, role-1 …"""
        roles: Sequence[str] = [sent.get(f"role-{place}", role) for place, role in enumerate(before.roles)]
        known = tuple(role if role in ROLE_NAMES else "" for role in roles)
        return Layout(
            self.shape.data, before.heading_row, known, self.year.data, (self.unit.data or "").strip()
        )

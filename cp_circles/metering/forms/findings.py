"""What the page of a finding captures: a reason, and what a declaration or an estimate needs."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from cp_circles.metering.models import Meter
from cp_circles.metering.services.resolving import WAYS
from cp_circles.web.forms import BaseForm, DecimalText, Needed


class MeterNameForm(BaseForm):
    """What a meter is called, what it covers, and which main meter stands above it."""

    name = StringField(_l("Name"), [Needed(), Length(max=80)])
    boundary = StringField(_l("Boundary"), [Length(max=120)])
    accuracy = DecimalText(
        _l("Accuracy"),
        places=4,
        least=0,
        description=_l("Class or stated accuracy of the meter, for example 0.5."),
    )
    parent = SelectField(
        _l("Main meter above it"),
        description=_l("What this meter counts is part of what the main meter counts."),
    )
    reason = StringField(_l("Reason"), [Needed(), Length(max=500)])

    def offer(self, meters: Sequence[Meter]) -> None:
        """Put the meters that may stand above it into the list."""
        self.parent.choices = [
            SelectChoice("", _l("None")),
            *(SelectChoice(str(meter.id), meter.name) for meter in meters),
        ]


class MoveForm(BaseForm):
    """Which meter is put under which main meter, and why."""

    meter = SelectField(_l("Meter"), [Needed()])
    parent = SelectField(_l("Main meter above it"))
    reason = StringField(_l("Reason"), [Needed(), Length(max=500)])

    def offer(self, meters: Sequence[Meter]) -> None:
        """Put the company's meters into both lists."""
        rows = [SelectChoice(str(meter.id), f"{meter.name} ({meter.unit})") for meter in meters]
        self.meter.choices = rows
        self.parent.choices = [SelectChoice("", _l("None")), *rows]


class SettleForm(BaseForm):
    """Why a finding is settled in the way chosen."""

    reason = TextAreaField(_l("How you found out"), [Needed(), Length(max=2000)], render_kw={"rows": 2})


class DeclareForm(SettleForm):
    """What happened to a running counter that fell."""

    happened = RadioField(
        _l("What happened"),
        [Needed()],
        choices=[
            SelectChoice("turned_over", _l("It passed its last digit and began at 0 again")),
            SelectChoice("replaced", _l("It was reset or replaced")),
        ],
    )
    old_final = DecimalText(_l("What the old counter last showed"), least=0)
    new_start = DecimalText(_l("What the new counter began with (0 if empty)"), least=0)


class FillForm(SettleForm):
    """How missing days are estimated."""

    way = RadioField(
        _l("Way of the estimate"), [Needed()], choices=[SelectChoice(way, name) for way, name in WAYS.items()]
    )
    stated = DecimalText(_l("Quantity of all missing days, if it is known from elsewhere"), least=0)

"""Forms of meters, readings and tokens."""

from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from cp_circles.metering.services import Change, Counter
from cp_circles.web.forms import BaseForm, DecimalText, FilesField, LocalDate, Needed

KINDS = (
    SelectChoice("period", _l("What was used in a period, from a bill or a report")),
    SelectChoice("register", _l("What a running counter shows")),
)
HAPPENED = (
    SelectChoice("", _l("Nothing: it just went on")),
    SelectChoice("turned_over", _l("It passed its last digit and began again at 0")),
    SelectChoice("replaced", _l("It was reset or replaced")),
)


class MeterForm(BaseForm):
    """A meter, or a counter of production."""

    name = StringField(_l("Name"), [Needed(), Length(max=80)])
    boundary = StringField(
        _l("Boundary"),
        [Length(max=120)],
        description=_l("What the meter covers, for example: all compressors of hall 2."),
    )
    indicator = SelectField(_l("What it counts"), [Needed()])
    unit = StringField(_l("Unit"), [Needed(), Length(max=20)])
    accuracy = DecimalText(
        _l("Accuracy"),
        places=4,
        least=0,
        description=_l("Class or stated accuracy of the meter, for example 0.5."),
    )
    key = StringField(
        _l("Key for other systems"),
        [Length(max=40)],
        description=_l("By which the plant's own system names this meter, for example AIR-02."),
    )
    kind = SelectField(_l("What is read"), choices=KINDS, default="period")
    first_shown = DecimalText(_l("What the counter shows now"), least=0)
    first_read_on = LocalDate(_l("Read on"), [Optional()])
    digits = IntegerField(
        _l("Digits before the point"),
        [Optional()],
        description=_l("After the last one the counter begins again at 0, for example 6."),
    )
    multiplier = DecimalText(
        _l("Units for one step"),
        default=Decimal(1),
        description=_l("More than 1 where a transformer stands before the meter, for example 40."),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """A running counter needs to know where it stands and since when."""
        good = bool(super().validate(extra_validators))
        if self.kind.data != "register":
            return good
        for field in (self.first_shown, self.first_read_on):
            if field.data is None and not field.errors:
                field.errors = [*field.errors, _("Please fill this in.")]
                good = False
        return good

    def counter(self) -> Counter | None:
        """What makes it a running counter; None for a meter read by period."""
        if self.kind.data != "register" or self.first_shown.data is None or self.first_read_on.data is None:
            return None
        step = self.multiplier.data or Decimal(1)
        return Counter(self.first_shown.data, self.first_read_on.data, self.digits.data, step)


class EntryForm(BaseForm):
    """One reading, in few presses; `pressed` is the button that answered a question about a slip.

    `kept` is the figure that was said to be right, so that it is asked about once. Each kind of meter names
    the field of its figure and the fields that its service takes.
    """

    figure_name: ClassVar[str]
    fact_names: ClassVar[tuple[str, ...]]

    note = StringField(_l("Note"), [Length(max=500)])
    photo = FilesField(_l("Photo of the meter"))
    send_key = HiddenField(validators=[Length(max=64)])
    pressed = HiddenField()
    kept = HiddenField()

    @property
    def figure(self) -> Any:
        """The field that holds the figure."""
        return self._fields[self.figure_name]

    def facts(self) -> dict[str, Any]:
        """The fields of the kind of meter, as the service takes them."""
        return self.chosen(*self.fact_names)

    def needs_reason(self, used: str, low: str, high: str) -> None:
        """Ask for the note: what was found, and what is usual at this meter."""
        text = _(
            "%(used)s in this period; usual at this meter are %(low)s to %(high)s. Say why in the note, or"
            " correct the figure.",
            used=used, low=low, high=high,
        )  # fmt: skip
        self.note.errors = [*self.note.errors, text]


class PeriodEntry(EntryForm):
    """What a meter counted over a period."""

    quantity = DecimalText(_l("Quantity in the period"), [Needed()], least=0)
    starts_on = LocalDate(_l("From"), [Needed()])
    ends_on = LocalDate(_l("To"), [Needed()])
    figure_name = "quantity"
    fact_names = ("starts_on", "ends_on", "quantity")


class CounterEntry(EntryForm):
    """What a running counter shows."""

    shown = DecimalText(_l("What the counter shows"), [Needed()], least=0)
    read_on = LocalDate(_l("Read on"), [Needed()])
    happened = SelectField(_l("What happened to the counter since"), choices=HAPPENED, default="")
    old_final = DecimalText(_l("What the old counter showed last"), least=0)
    new_start = DecimalText(_l("Where the new one began"), least=0)
    figure_name = "shown"
    fact_names = ("read_on", "shown")

    def facts(self) -> dict[str, Any]:
        """Day, value, and what happened between."""
        replaced = self.happened.data == "replaced"
        return {
            **super().facts(),
            "turned_over": self.happened.data == "turned_over",
            "old_final": self.old_final.data if replaced else None,
            "new_start": self.new_start.data if replaced else None,
        }

    def validate(self, extra_validators: Any = None) -> bool:
        """A replaced counter needs what the old one showed last."""
        good = bool(super().validate(extra_validators))
        if self.happened.data == "replaced" and self.old_final.data is None and not self.old_final.errors:
            self.old_final.errors = [_("Please fill this in.")]
            return False
        return good


class ReplaceForm(BaseForm):
    """When a running counter was replaced or reset, and what the old and the new one showed."""

    old_final = DecimalText(_l("What the old counter showed last"), [Needed()], least=0)
    new_start = DecimalText(
        _l("What the new counter began with"),
        [Needed()],
        least=0,
        description=_l("Read it off; a new counter rarely stands at exactly 0."),
    )
    changed_on = LocalDate(_l("Changed on"), [Needed()])
    changed_at = TimeField(_l("At what time"), [Needed()])
    digits = IntegerField(
        _l("Digits of the new counter before the point"),
        [Optional()],
        description=_l("Empty: as many as before."),
    )
    note = TextAreaField(
        _l("What was done, and by whom"),
        [Needed(), Length(max=500)],
        description=_l(
            "For example: worn out, replaced by the plant’s electrician, number of the new meter."
        ),
        render_kw={"rows": 2},
    )
    photo = FilesField(_l("Photo of both counters"))
    send_key = HiddenField(validators=[Length(max=64)])

    def change(self, zone: tzinfo) -> Change:
        """The change with its moment; the form's day and time are those of `zone`."""
        facts = self.chosen("changed_on", "changed_at", "old_final", "new_start", "digits")
        day, at = facts.pop("changed_on"), facts.pop("changed_at")
        return Change(datetime.combine(day, at, zone).astimezone(UTC), day, **facts)


class CorrectionForm(BaseForm):
    """The right quantity in place of a wrong one, with the reason."""

    quantity = DecimalText(_l("Right quantity"), [Needed()], least=0)
    reason = TextAreaField(_l("Reason"), [Needed(), Length(max=2000)], render_kw={"rows": 3})


class ImportForm(BaseForm):
    """A file of readings."""

    file = FilesField(_l("CSV or Excel file"), [Needed(_l("Please choose a file."))])
    good_rows_only = BooleanField(_l("Store the good rows even if others are refused"))


class TokenForm(BaseForm):
    """A token for a plant's own system."""

    name = StringField(
        _l("Which system will use it"),
        [Needed(), Length(max=80)],
        description=_l("For example: energy management system of hall 2."),
    )

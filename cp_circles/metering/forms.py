"""Forms of meters and readings."""

from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from cp_circles.web.forms import BaseForm, DecimalText, FilesField, LocalDate, Needed


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


class ReadingForm(BaseForm):
    """What a meter counted over a period."""

    starts_on = LocalDate(_l("From"), [Needed()])
    ends_on = LocalDate(_l("To"), [Needed()])
    quantity = DecimalText(_l("Quantity in the period"), [Needed()], least=0)
    note = StringField(_l("Note"), [Length(max=500)])
    send_key = HiddenField()

    def explains(self, usual: tuple[Decimal, Decimal] | None) -> bool:
        """Whether the quantity is usual or the note says why not; else the note is asked for."""
        quantity = self.quantity.data
        if usual is None or quantity is None or usual[0] <= quantity <= usual[1] or self.note.data:
            return True
        self.note.errors = [*self.note.errors, _("This is outside the usual range. Say why, or correct it.")]
        return False


class CorrectionForm(BaseForm):
    """The right quantity in place of a wrong one, with the reason."""

    quantity = DecimalText(_l("Right quantity"), [Needed()], least=0)
    reason = TextAreaField(_l("Reason"), [Needed(), Length(max=2000)], render_kw={"rows": 3})


class ImportForm(BaseForm):
    """A file of readings."""

    file = FilesField(_l("CSV or Excel file"), [Needed(_l("Please choose a file."))])
    good_rows_only = BooleanField(_l("Store the good rows even if others are refused"))

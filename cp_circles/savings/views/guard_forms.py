"""Forms of splits, sources of media and follow-ups."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from cp_circles.web.forms import BaseForm, DecimalText, LocalDate, Needed

NOTE = {"rows": 3, "maxlength": 2000}


class SplitForm(BaseForm):
    """A meter, a time, and the shares of two or three projects."""

    meter = SelectField(_l("Meter"), [Needed()])
    starts_on = LocalDate(_l("From"), [Needed()])
    ends_on = LocalDate(_l("To"), [Needed()])
    first_project = SelectField(_l("First project"), [Needed()])
    first_share = DecimalText(
        _l("Its share"),
        [Needed()],
        least=0,
        most=1,
        description=_l("Between 0 and 1: 0.6 stands for six tenths."),
    )
    second_project = SelectField(_l("Second project"), [Needed()])
    second_share = DecimalText(_l("Its share"), [Needed()], least=0, most=1)
    third_project = SelectField(_l("Third project"))
    third_share = DecimalText(_l("Its share"), least=0, most=1)
    reason = TextAreaField(_l("On what the shares rest"), [Needed(), Length(max=2000)], render_kw=NOTE)


class SourceForm(BaseForm):
    """A medium's meter and the meter of the energy it is made from."""

    meter = SelectField(_l("Meter of the medium"), [Needed()])
    source = SelectField(_l("Meter of the energy it is made from"), [Needed()])


class FollowUpForm(BaseForm):
    """Whether a saving still works, what part of it, and the days of new readings."""

    outcome = SelectField(
        _l("Answer"),
        choices=[
            SelectChoice("working", _l("Still working")),
            SelectChoice("partly", _l("Works partly")),
            SelectChoice("gone", _l("Gone")),
        ],
    )
    share = DecimalText(
        _l("Part that still works"),
        least=0,
        most=1,
        description=_l("Only where it works partly: above 0 and below 1."),
    )
    period_from = LocalDate(_l("New readings from"))
    period_to = LocalDate(_l("New readings to"))
    note = TextAreaField(_l("What changed"), [Length(max=2000)], render_kw=NOTE)

"""What the pages of the register capture."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange, Optional

from cp_circles.web.forms import LocalDate, QueryForm, VersionForm, whole_number

LEVELS = (("junior", _l("Junior")), ("intermediate", _l("Intermediate")), ("senior", _l("Senior")))
VALIDITY = (("valid", _l("Valid")), ("expired", _l("Expired")), ("none", _l("No qualification on record")))


def offered(pairs: Any, blank: Any = None) -> list[SelectChoice]:
    """Pairs of value and label as choices, with an empty one first where it has a word."""
    first = [SelectChoice("", blank)] if blank is not None else []
    return first + [SelectChoice(value, label) for value, label in pairs]


class ProfileForm(VersionForm):
    """A judge's own data."""

    home_region_id = SelectField(_l("Home city"), coerce=whole_number)
    industries = SelectMultipleField(_l("Industries I know"), coerce=int)
    domains = SelectMultipleField(_l("Domains I know"))
    methods = SelectMultipleField(_l("Methods I know"))
    languages = SelectMultipleField(
        _l("Languages I read"), choices=offered((("zh", _l("Chinese")), ("en", _l("English"))))
    )
    workload_limit = IntegerField(
        _l("At most so many entries in one stage"),
        [Optional(), NumberRange(1, 999, _l("The workload is between 1 and 999 entries."))],
    )
    away_from = LocalDate(_l("Away from"), [Optional()])
    away_until = LocalDate(_l("Away until"), [Optional()])
    employers = TextAreaField(
        _l("Companies I worked for before"),
        [Length(max=4000)],
        description=_l("One a line: full name, short code or credit code. You will not judge their entries."),
    )
    mentored = TextAreaField(
        _l("Companies that I or my firm have mentored"),
        [Length(max=4000)],
        description=_l("One a line: full name, short code or credit code. You will not judge their entries."),
    )


class QualificationForm(VersionForm):
    """A judge's level and how long it is valid."""

    qualification = SelectField(
        _l("Qualification"), choices=offered(LEVELS, _l("None")), validators=[Optional()]
    )
    certificate_number = StringField(_l("Number of the certificate"), [Length(max=40)])
    valid_until = LocalDate(_l("Valid until"), [Optional()])


class JudgeFilter(QueryForm):
    """Filters of the register."""

    q = StringField(_l("Name of the judge"))
    qualification = SelectField(_l("Qualification"), choices=offered(LEVELS, _l("Any")))
    validity = SelectField(_l("Validity"), choices=offered(VALIDITY, _l("Any")))

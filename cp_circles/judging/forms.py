"""Forms of judging: seasons, rounds, entries and their reviews."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, NumberRange, Optional

from cp_circles.rulesets.schema import RoundRule
from cp_circles.web.forms import (
    REASON,
    BaseForm,
    DecimalText,
    LocalDate,
    Needed,
    VersionForm,
    choices,
    whole_number,
)

MOMENT = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


class SeasonForm(BaseForm):
    """A season's year, name and span."""

    year = IntegerField(_l("Year"), [Needed(), NumberRange(2000, 2100)])
    name = StringField(_l("Name"), [Needed(), Length(max=80)])
    starts_on = LocalDate(_l("Starts on"), [Needed()])
    ends_on = LocalDate(_l("Ends on"), [Needed()])
    ladder_edition_id = SelectField(_l("Ladder"), [Needed()], coerce=int)


class CountyRoundsForm(BaseForm):
    """Whether the counties of a city hold rounds."""

    city_id = SelectField(_l("City"), [Needed()], coerce=int)
    held = SelectField(
        _l("County rounds"),
        choices=choices([("1", _l("All counties hold a round")), ("0", _l("No county holds a round"))]),
    )


class PhaseForm(Form):
    """When one phase starts and ends, in local time."""

    key = HiddenField()
    starts_at = DateTimeLocalField(_l("Starts"), [Needed()], format=MOMENT)
    ends_at = DateTimeLocalField(_l("Ends"), [Needed()], format=MOMENT)


class RoundForm(VersionForm):
    """An organiser's settings of a round."""

    name = StringField(_l("Name of the round"), [Needed(), Length(max=120)])
    award_edition_id = SelectField(_l("Award scheme"), coerce=whole_number)
    pass_mark = DecimalText(_l("Pass mark"), [Needed()], places=2, least=0)
    reserve_places = IntegerField(_l("Reserve places"), [NumberRange(0, 99)])
    publicity_days = IntegerField(_l("Working days of publicity"), [Needed(), NumberRange(1, 60)])
    panel_size = IntegerField(_l("Judges for each entry"), [Needed(), NumberRange(1, 15)])
    accepts_late = BooleanField(
        _l("Accept recommendations after the entry phase, until blind numbers are given")
    )
    phases = FieldList(FormField(PhaseForm), _l("Phases"))
    reason = TextAreaField(_l("Reason for the amendment"), [Length(max=2000)], render_kw=REASON)


class MovePhaseForm(BaseForm):
    """New times of a phase, with the reason."""

    starts_at = DateTimeLocalField(_l("Starts"), [Optional()], format=MOMENT)
    ends_at = DateTimeLocalField(_l("Ends"), [Needed()], format=MOMENT)
    push = BooleanField(_l("Move the later phases along, each as long as it was"), default=True)
    reason = TextAreaField(_l("Reason"), [Needed(), Length(max=2000)], render_kw=REASON)


class EnterForm(BaseForm):
    """Which result enters the round."""

    result_id = RadioField(_l("Result"), [Needed()], coerce=int)


class ReviewForm(BaseForm):
    """The outcome of a formal review."""

    outcome = RadioField(
        _l("Outcome"),
        [Needed()],
        choices=choices(
            [
                ("accepted", _l("Accepted")),
                ("to_complete", _l("Accepted after completion")),
                ("deferred", _l("Deferred to a later season")),
                ("rejected", _l("Rejected")),
            ]
        ),
    )
    reason = TextAreaField(_l("Reason"), [Length(max=2000)], render_kw=REASON)
    complete_by = LocalDate(_l("To be completed by"), [Optional()])


PREFIX = "check_"
ANSWERS = (("yes", _l("Yes")), ("no", _l("No")), ("na", _l("Does not apply")))


class Answered(Optional):
    """May stay open while the outcome is not acceptance; the form does not call it optional."""

    def __init__(self) -> None:
        super().__init__()
        self.field_flags = {"required": True}


def review_form(rule: RoundRule, found: Mapping[str, str], locale: str) -> ReviewForm:
    """The review's form with its checklist; what the records say is chosen beforehand."""
    points: dict[str, Any] = {
        f"{PREFIX}{check.key}": RadioField(
            check.names.in_(locale), [Answered()], choices=choices(ANSWERS), default=found.get(check.key)
        )
        for check in rule.formal_checks
    }
    made: ReviewForm = type("CheckedReviewForm", (ReviewForm,), points)()
    return made


def answers_of(form: ReviewForm) -> dict[str, str]:
    """What was answered, by the key of the point; unanswered points are left out."""
    return {
        field.name.removeprefix(PREFIX): field.data
        for field in form
        if field.name.startswith(PREFIX) and field.data
    }


class CompletionForm(BaseForm):
    """What was completed, and a newer frozen result where one is needed."""

    note = TextAreaField(_l("What was completed"), [Needed(), Length(max=2000)], render_kw=REASON)
    result_id = SelectField(_l("Result"), coerce=whole_number)

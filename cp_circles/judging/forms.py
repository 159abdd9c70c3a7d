"""Forms of judging: seasons, rounds, reviews, declarations, sheets, objections."""

from collections.abc import Iterable, Mapping
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
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from cp_circles.rulesets.schema import RoundRule
from cp_circles.web.forms import (
    BaseForm,
    DecimalText,
    FilesField,
    LocalDate,
    Needed,
    ReasonForm,
    VersionForm,
    whole_number,
)

MOMENT = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
REASON = {"rows": 3, "maxlength": 2000}


def choices(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """Pairs of value and label, as WTForms wants them."""
    return [SelectChoice(value, label) for value, label in pairs]


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


class InviteForm(BaseForm):
    """Whom to invite."""

    person_id = HiddenField(validators=[Needed()])


class DeclarationForm(BaseForm):
    """The companies and circles that a judge is tied to."""

    companies = SelectMultipleField(_l("Companies"), coerce=int)
    circles = SelectMultipleField(_l("Circles"), coerce=int)
    note = TextAreaField(_l("Remark"), [Length(max=2000)], render_kw=REASON)
    read = BooleanField(
        _l("I have read the whole list; I have no tie to what is not ticked."),
        [DataRequired(_l("Please confirm that you have read the list."))],
    )


class AssignForm(BaseForm):
    """Who scores what in which stage."""

    entry_id = SelectField(_l("Entry"), [Needed()], coerce=int)
    judge_id = SelectField(_l("Judge"), [Needed()], coerce=int)
    stage = SelectField(_l("Stage"), [Needed()])


class StageForm(BaseForm):
    """The stage of a plan."""

    stage = HiddenField(validators=[Needed()])


class PlanForm(VersionForm):
    """The plan as it was shown."""

    plan_id = HiddenField(validators=[Needed()])


class PlanChangeForm(PlanForm):
    """Whom to take out of an entry's plan, and whom to put in."""

    entry_id = HiddenField(validators=[Needed()])
    drop = HiddenField()
    add = HiddenField()


class TermsForm(StageForm):
    """Entries that every judge reads, and judges of another city only."""

    anchors = SelectMultipleField(_l("Anchors: entries that every judge reads"), coerce=int)
    other_city = BooleanField(_l("Only judges of another city than the circle's"))


class SheetForm(VersionForm):
    """A score sheet; the criteria's fields come from its rubric."""

    comment = TextAreaField(_l("Overall comment (the circle will read it)"), [Length(max=4000)])
    act = HiddenField(default="save")
    spent = HiddenField(default="0")

    @property
    def spent_seconds(self) -> int:
        """The seconds on the desk since the last save; 0 for anything that is no number."""
        text = str(self.spent.data or "")
        return int(text) if text.isdecimal() and len(text) < 7 else 0


class ComputeForm(VersionForm):
    """Computing a standing; again only with a reason, after its outlook (`seen`) was shown."""

    seen = HiddenField()
    reason = TextAreaField(_l("Reason"), [Length(max=2000)], render_kw=REASON)


class ReserveForm(BaseForm):
    """The track in which a place came back."""

    track = HiddenField(validators=[Needed()])


class ReturnPlacesForm(ReasonForm):
    """Places of the round above that are given back."""

    track = SelectField(_l("Track"), [Needed()])
    places = IntegerField(_l("Places"), [Needed(), NumberRange(1, 9999)])


class HandOnForm(ReturnPlacesForm):
    """Returned places, and the unit that gets them; without a unit the rule decides."""

    unit = SelectField(_l("Recommending unit"))


class CalendarDayForm(BaseForm):
    """A holiday or a make-up working day."""

    day = LocalDate(_l("Day"), [Needed()])
    is_worked = RadioField(
        _l("What it is"),
        [Needed()],
        choices=choices([("off", _l("Holiday")), ("worked", _l("Working day"))]),
        default="off",
    )
    name = StringField(_l("Holiday or plan"), [Needed(), Length(max=60)])


class ObjectionForm(BaseForm):
    """An objection with its facts and, if there is one, a file."""

    entry_id = SelectField(_l("Entry"), [Needed()], coerce=int)
    text = TextAreaField(
        _l("What is wrong, and how you know"), [Needed(), Length(max=8000)], render_kw={"rows": 8}
    )
    evidence = FilesField(_l("Evidence"))


class DecisionForm(VersionForm):
    """The reasoned decision on an objection."""

    effect = RadioField(
        _l("Decision"),
        [Needed()],
        choices=choices(
            [
                ("none", _l("Dismissed: the list stands")),
                ("disqualify", _l("Upheld: the entry is disqualified and the standing computed anew")),
                ("set_aside", _l("Upheld: the scores of one judge for this entry do not count")),
                ("rescore", _l("Upheld: the entry is scored again and the list published anew")),
            ]
        ),
    )
    judge = SelectField(_l("Judge whose scores do not count"), [Optional()], coerce=whole_number)
    seen = HiddenField()
    decision = TextAreaField(_l("Reasons"), [Needed(), Length(max=8000)], render_kw={"rows": 6})


class RefusalForm(VersionForm):
    """Why an objection is not admissible."""

    reason = TextAreaField(_l("Reason"), [Needed(), Length(max=2000)], render_kw=REASON)

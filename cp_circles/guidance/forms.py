"""What the department's pages capture."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from cp_circles.calc.exact import decimal_from
from cp_circles.db.clock import YEARS
from cp_circles.errors import Invalid, msg
from cp_circles.guidance.models import OccasionKind, TestResult, Verdict
from cp_circles.guidance.queries.registers import STATES
from cp_circles.guidance.services import Seen
from cp_circles.rulesets.schema import DutySheet
from cp_circles.web.forms import (
    BaseForm,
    DecimalText,
    FilesField,
    LocalDate,
    Needed,
    QueryForm,
    ReasonForm,
    VersionForm,
    whole_number,
)
from cp_circles.web.i18n import enum_label, locale_name, register_labels

register_labels(
    {
        TestResult.NONE: msg("took part, no test"),
        TestResult.PASSED: msg("test passed"),
        TestResult.FAILED: msg("test not passed"),
        Verdict.FINE: msg("in order"),
        Verdict.FINDING: msg("to put right"),
        Verdict.NOT_SEEN: msg("not looked at"),
        OccasionKind.CONTEST: msg("contest"),
        OccasionKind.PUBLICATION: msg("publication day"),
        OccasionKind.DEADLINE: msg("deadline"),
        OccasionKind.MEETING: msg("exchange meeting"),
    }
)
WORDS = {"open": msg("open items"), "overdue": msg("overdue"), "done": msg("settled")}


class RegisterFilter(QueryForm):
    """The filters of every list of the room."""

    q = StringField(_l("Search"))
    circle = SelectField(_l("Circle"), coerce=whole_number, choices=[], validate_choice=False)
    since = LocalDate(_l("From"), [Optional()])
    until = LocalDate(_l("To"), [Optional()])
    state = SelectField(_l("State"), choices=[], validate_choice=False)

    def offer(self, circles: Iterable[Any]) -> None:
        """Offer the circles and states."""
        self.circle.choices = [SelectChoice("", _("All circles"))] + [
            SelectChoice(str(one.id), one.name) for one in circles
        ]
        self.state.choices = [SelectChoice("", _("All"))] + [
            SelectChoice(key, _(WORDS[key])) for key in STATES
        ]


class OfCircleForm(VersionForm):
    """A record about a circle, and where it helps a project or one of its steps."""

    circle_id = SelectField(_l("Circle"), [Needed()], coerce=whole_number, choices=[])
    place = SelectField(_l("Project and step"), choices=[], validate_choice=False)
    held_on = LocalDate(_l("Held on"), [Needed()])

    def offer(self, circles: Iterable[Any], places: Iterable[tuple[str, str]]) -> None:
        """Offer the circles of the company, and the steps of their running projects."""
        named = [SelectChoice(str(one.id), one.name) for one in circles]
        self.circle_id.choices = named if len(named) == 1 else [SelectChoice("", _("Choose")), *named]
        self.place.choices = [SelectChoice("", _("Not stated"))] + [SelectChoice(*one) for one in places]

    @property
    def at(self) -> dict[str, Any]:
        """Project and step, as services take them."""
        project, _colon, step = (self.place.data or "").partition(":")
        return {"project_id": whole_number(project), "step_key": step}


class VisitForm(OfCircleForm):
    """A guidance visit."""

    advice = TextAreaField(_l("Advice"), [Needed(), Length(max=4000)])
    follow_up = TextAreaField(_l("What is to follow"), [Length(max=2000)])
    due_on = LocalDate(_l("Due on"), [Optional()])


class TrainingForm(VersionForm):
    """A course; the attendees are read from one field for each person."""

    course = StringField(_l("Course"), [Needed(), Length(max=120)])
    held_on = LocalDate(_l("Held on"), [Needed()])
    hours = DecimalText(_l("Hours"), [Needed()], places=1, least=Decimal("0.1"), most=200)
    trainer = StringField(_l("Trainer"), [Needed(), Length(max=80)])
    place = StringField(_l("Venue"), [Length(max=120)])
    content = TextAreaField(_l("Content"), [Length(max=2000)])

    def attendees(self) -> dict[int, TestResult]:
        """Who took part, with the result of the test."""
        known = {one.value: one for one in TestResult}
        found = {}
        for name, value in request.form.items():
            person = whole_number(name.removeprefix("person-")) if name.startswith("person-") else None
            if person is not None and value in known:
                found[person] = known[value]
        return found


class StaffSearch(QueryForm):
    """Who of the company is offered below it; its values may come with the form around it."""

    who = StringField(_l("Name or employee number"))
    of_circle = SelectField(_l("Circle"), coerce=whole_number, choices=[], validate_choice=False)
    of_department = SelectField(_l("Department"), coerce=whole_number, choices=[], validate_choice=False)

    def offer(self, circles: Iterable[Any], departments: Iterable[Any]) -> None:
        """Offer the circles and departments of the company."""
        self.of_circle.choices = [SelectChoice("", _("All circles"))] + [
            SelectChoice(str(one.id), one.name) for one in circles
        ]
        self.of_department.choices = [SelectChoice("", _("All departments"))] + [
            SelectChoice(str(one.id), one.name) for one in departments
        ]


class InspectionForm(OfCircleForm):
    """An inspection; the verdicts are read from four fields for each item of the checklist."""

    note = TextAreaField(_l("Note"), [Length(max=2000)])

    def seen(self, sheet: DutySheet) -> dict[str, Seen]:
        """What was seen at each item; Invalid where a day cannot be read."""
        known = {one.value: one for one in Verdict}
        return {
            item.key: Seen(
                known.get(request.form.get(f"verdict-{item.key}", ""), Verdict.NOT_SEEN),
                request.form.get(f"text-{item.key}", ""),
                _day(request.form.get(f"due-{item.key}", "")),
                request.form.get(f"step-{item.key}", "")[:40],
            )
            for item in sheet.items
        }


class OccasionForm(VersionForm):
    """An entry of the calendar."""

    kind = SelectField(_l("Kind"), [Needed()], choices=[])
    title = StringField(_l("What takes place"), [Needed(), Length(max=120)])
    starts_on = LocalDate(_l("First day"), [Needed()])
    ends_on = LocalDate(_l("Last day"), [Optional()])
    place = StringField(_l("Venue"), [Length(max=120)])
    note = TextAreaField(_l("Note"), [Length(max=2000)])

    def offer(self) -> None:
        """Offer the kinds."""
        self.kind.choices = [SelectChoice(one.value, enum_label(one)) for one in OccasionKind]


class AppraisalForm(VersionForm):
    """The points of a circle in a month; one field for each item of the sheet."""

    comment = TextAreaField(_l("Comment"), [Length(max=2000)])

    def points(self, sheet: DutySheet) -> dict[str, Decimal]:
        """The points of each item; Invalid for what is no number."""
        found = {}
        for item in sheet.items:
            try:
                value = decimal_from(request.form.get(f"points-{item.key}", "").strip())
            except ValueError as error:
                raise Invalid(
                    msg("Give points on %(item)s."), field=item.key, item=item.names.in_(locale_name())
                ) from error
            found[item.key] = value
        return found


class ThresholdsForm(VersionForm):
    """When the board calls a circle stuck."""

    quiet_days = IntegerField(_l("Days without an activity"), [Needed()])
    late_days = IntegerField(_l("Days a step is behind its plan"), [Needed()])
    claim_days = IntegerField(_l("Days a claimed saving waits"), [Needed()])
    returned_days = IntegerField(_l("Days since something was returned"), [Needed()])


class DoneForm(ReasonForm):
    """What a circle did about an advice."""

    reason = TextAreaField(
        _l("What was done about it"),
        [Needed(), Length(max=2000)],
        render_kw={"rows": 3, "maxlength": 2000},
    )


class ClosingForm(DoneForm):
    """What was done about a finding, and the file that shows it."""

    file = FilesField(_l("Photo or file"))


class ApprovalForm(BaseForm):
    """The ticked items are read from `items`."""

    exception_reason = StringField(_l("Reason for projects beside an unfinished one"), [Length(max=500)])


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError as error:
        raise Invalid(msg("This is not a date. Write it like 2026-09-18."), field="items") from error
    if day.year not in YEARS:
        raise Invalid(msg("This year cannot be right; check the date."), field="items")
    return day

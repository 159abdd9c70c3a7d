"""Forms of projects: registration, plan, indicators, typed records, evidence, acts."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from cp_circles.errors import Invalid
from cp_circles.projects.contents import LONG_TEXT_MAX, NO, TEXT_MAX, YES, checked_value
from cp_circles.projects.details import PlanDetails
from cp_circles.rulesets.schema import RecordField, RecordKind
from cp_circles.web.forms import (
    AUTOMATIC,
    BaseForm,
    ConfirmForm,
    DecimalText,
    FilesField,
    LocalDate,
    Needed,
    QueryForm,
    VersionForm,
)
from cp_circles.web.i18n import translate

FIELD_PREFIX = "field_"


def offered(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """Choices of a field from (value, finished text)."""
    return [SelectChoice(value, text) for value, text in pairs]


DIRECTIONS = offered([("lower", _l("Lower is better")), ("higher", _l("Higher is better"))])


class NeededToSubmit:
    """Marks a field that a draft may lack, but a submission not; the service refuses it then."""

    field_flags = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        """Let a draft pass."""


class IndicatorRow(PlainForm):
    """One indicator in the registration form; an empty row is left out."""

    id = HiddenField()
    code = SelectField(_l("Kind"), choices=[], validate_choice=False)
    name = StringField(_l("Indicator"), [Length(max=80)])
    unit = StringField(_l("Unit"), [Length(max=30)])
    baseline = DecimalText(_l("Baseline value"), [Optional()])
    target = DecimalText(_l("Target value"), [Optional()])
    due_on = LocalDate(_l("Reach it by"), [Optional()])
    direction = SelectField(_l("Direction"), choices=DIRECTIONS, validate_choice=False)


class IndicatorsForm(VersionForm):
    """Baselines and targets of a project."""

    indicators = FieldList(FormField(IndicatorRow), min_entries=2, max_entries=12)
    add_row = SubmitField(_l("One more indicator"))

    def offer_codes(self, codes: list[tuple[str, str]]) -> None:
        """Offer the catalogue's indicators in every row."""
        for entry in self.indicators:
            entry.form.code.choices = offered(codes)

    @property
    def written(self) -> list[Any]:
        """The rows into which something was written."""
        return [entry.form for entry in self.indicators if not is_blank(entry.form)]


class ProjectForm(IndicatorsForm):
    """The registration form of a project."""

    circle = SelectField(_l("Circle"), [NeededToSubmit()], choices=[], coerce=str, validate_choice=False)
    title = StringField(
        _l("Title"),
        [Needed(_l("Give the project a title: object, characteristic and direction.")), Length(max=200)],
        description=_l(
            "Object and characteristic, no slogan: for example “Lower the solvent use of line 2”."
        ),
    )
    focus_area = RadioField(_l("Focus area"), [Needed(_l("Choose the focus area."))], choices=[])
    domain = RadioField(_l("Domain"), [Needed(_l("Choose the domain."))], choices=[])
    method = RadioField(_l("Method of the project"), [Needed(_l("Choose the method."))], choices=[])
    industry = SelectField(_l("Industry"), [Optional()], choices=[])
    source = SelectField(_l("Where the topic comes from"), [Optional()], choices=[])
    reason = TextAreaField(
        _l("Reason, with data"),
        [NeededToSubmit(), Length(max=4000)],
        description=_l("Which requirement or problem, and how large the gap is in figures."),
    )
    starts_on = LocalDate(_l("Starts on"), [NeededToSubmit(), Optional()])
    ends_on = LocalDate(_l("Ends on"), [NeededToSubmit(), Optional()])
    investment_yuan = DecimalText(_l("Planned cost in yuan"), [Optional()], places=2, least=0)


class HandInForm(ConfirmForm):
    """The button that hands a project in; what a refusal names is shown in the project's whole form."""

    def __init__(self, whole: ProjectForm) -> None:
        super().__init__()
        self.whole = whole

    def fill_from(self, invalid: Invalid) -> None:
        """Put the refusal beside the field of the whole form."""
        self.whole.fill_from(invalid)


class ActualsForm(BaseForm):
    """What the indicators reached; one field for each, made by `actuals_form`."""


class PlanRow(PlainForm):
    """One bar of the plan; without dates there is none."""

    step_key = HiddenField()
    starts_on = LocalDate(_l("Starts on"), [Optional()])
    ends_on = LocalDate(_l("Ends on"), [Optional()])
    owner = StringField(_l("Responsible"), [Length(max=80)])


class PlanForm(VersionForm):
    """The plan: one row for each step of the method."""

    rows = FieldList(FormField(PlanRow), min_entries=0)

    @property
    def bars(self) -> list[PlanDetails]:
        """The rows that have dates."""
        return [
            PlanDetails(row.step_key.data, row.starts_on.data, row.ends_on.data, row.owner.data or "")
            for row in (entry.form for entry in self.rows)
            if row.starts_on.data
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """Also refuse a bar with one of its two dates."""
        whole = super().validate(extra_validators)
        for row in (entry.form for entry in self.rows):
            if bool(row.starts_on.data) != bool(row.ends_on.data) and not row.errors:
                lacking = row.ends_on if row.starts_on.data else row.starts_on
                lacking.errors = [_("Give both dates, or none.")]
                whole = False
        return whole


class ApproveForm(BaseForm):
    """Approval, with the reason for an exception where one is needed."""

    exception_reason = TextAreaField(
        _l("Why the circle may register one more project"),
        [Length(max=2000)],
        description=_l("Needed only while another project of the circle is unfinished."),
    )


class SetAsideForm(BaseForm):
    """Optional steps that are not applicable, and why."""

    steps = SelectMultipleField(
        _l("Steps"), choices=[], option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False)
    )
    reason = TextAreaField(
        _l("Reason"),
        [Needed(_l("Please give the reason; the people concerned will read it.")), Length(max=2000)],
    )


class EvidenceForm(BaseForm):
    """A file that proves something."""

    file = FilesField(_l("File"), [Needed(_l("Please choose a file."))])
    title = StringField(
        _l("What it shows"), [Length(max=120)], description=_l("For example: name plate after the change.")
    )
    effective_on = LocalDate(_l("Holds from"), [Needed()])


class VersionOfEvidenceForm(BaseForm):
    """A newer content of a piece of evidence."""

    file = FilesField(_l("Newer file"), [Needed(_l("Please choose a file."))])
    effective_on = LocalDate(_l("Holds from"), [Needed()])


class RemarkForm(BaseForm):
    """A remark on a project or one of its steps."""

    text = TextAreaField(_l("Remark"), [Needed(), Length(max=4000)])
    ask = SelectField(_l("Ask for an answer"), choices=[], validate_choice=False)

    @property
    def asked(self) -> tuple[int, ...]:
        """The id of whoever was chosen from the list; nobody by default."""
        text = str(self.ask.data or "")
        return (int(text),) if text.isdecimal() and len(text) < 10 else ()


class ProjectFilter(QueryForm):
    """What the list of projects shows."""

    q = StringField(_l("Search"))
    state = SelectField(_l("State"), choices=[], validate_choice=False)
    domain = SelectField(_l("Domain"), choices=[], validate_choice=False)
    focus_area = SelectField(_l("Focus area"), choices=[], validate_choice=False)


def is_blank(row: Any) -> bool:
    """True when neither name, unit nor a value was written into an indicator's row."""
    texts = [row.name.data, row.unit.data]
    texts += [str(field.raw_data[0]) for field in (row.baseline, row.target) if field.raw_data]
    texts += [field.data for field in (row.baseline, row.target) if field.data is not None]
    return not any(str(text).strip() for text in texts if text is not None)


def actuals_form(indicators: Any) -> ActualsForm:
    """One number field for each indicator, filled with what is stored."""
    fields = {
        f"actual_{row.id}": DecimalText(row.name, [Optional()], default=row.actual) for row in indicators
    }
    made: ActualsForm = type("ActualsForm", (ActualsForm,), fields)()
    return made


class RecordForm(BaseForm):
    """One row of a record; its fields are made from the pack by `record_form`."""

    def fill_from(self, invalid: Invalid) -> None:
        """Put a refusal beside the pack's field that it names."""
        if FIELD_PREFIX + invalid.field in self._fields:
            invalid.field = FIELD_PREFIX + invalid.field
        super().fill_from(invalid)


def record_form(
    kind: RecordKind,
    locale: str,
    *,
    files: list[str],
    content: dict[str, Any] | None = None,
    sent: Any = AUTOMATIC,
) -> RecordForm:
    """The form of one row of a record, made from the pack's fields; `content` fills it."""
    fields = {FIELD_PREFIX + field.key: _control(field, locale, files) for field in kind.fields}
    data = {FIELD_PREFIX + key: value for key, value in (content or {}).items()}
    made: RecordForm = type("RowForm", (RecordForm,), fields)(sent, data=data)
    return made


def typed_content(form: BaseForm) -> dict[str, Any]:
    """What was typed into a record's form, by field key."""
    return {
        name.removeprefix(FIELD_PREFIX): field.data
        for name, field in form._fields.items()
        if name.startswith(FIELD_PREFIX)
    }


class ReadAs:
    """Refuse a value that the record would refuse, so that one answer names every field that is wrong."""

    def __init__(self, field: RecordField) -> None:
        self.field = field

    def __call__(self, form: Any, control: Any) -> None:
        """Stop at a value that is no number, date or length that the pack's field takes."""
        try:
            checked_value(self.field, control.data)
        except Invalid as refusal:
            raise StopValidation(translate(refusal.msgid, refusal.values)) from refusal


def _control(field: RecordField, locale: str, files: list[str]) -> Any:
    label = field.names.in_(locale)
    hint = field.hint.in_(locale) if field.hint else ""
    checks = [Needed() if field.required else Optional(), ReadAs(field)]
    if field.type == "long_text":
        return TextAreaField(label, checks, description=hint, render_kw={"maxlength": LONG_TEXT_MAX})
    if field.type == "choice":
        choices = [(choice.key, choice.names.in_(locale)) for choice in field.choices]
        return SelectField(label, checks, choices=offered([("", _("Choose")), *choices]), description=hint)
    if field.type == "yes_no":
        return RadioField(label, checks, choices=offered([(YES, _("yes")), (NO, _("no"))]), description=hint)
    if field.type == "file":
        return SelectField(
            label,
            checks,
            choices=offered([("", "–"), *((title, title) for title in files)]),
            description=hint,
        )
    kind = {"text": "text", "person": "text", "number": "text", "date": "date"}[field.type]
    more = {"inputmode": "decimal", "autocomplete": "off"} if field.type == "number" else {}
    more["maxlength"] = str(TEXT_MAX)
    return StringField(label, checks, description=hint, render_kw={"type": kind, **more})

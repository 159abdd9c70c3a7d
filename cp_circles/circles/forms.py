"""What the pages about circles capture."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from cp_circles.circles.models import Activity, Circle, CircleState
from cp_circles.circles.services import MemberEntry
from cp_circles.errors import Invalid, msg
from cp_circles.web.forms import (
    BaseForm,
    DecimalText,
    FilesField,
    LocalDate,
    Needed,
    QueryForm,
    VersionForm,
    whole_number,
)
from cp_circles.web.i18n import enum_label, register_labels

MOST_ROWS = 30

register_labels(
    {
        CircleState.DRAFT: msg("Draft"),
        CircleState.SUBMITTED: msg("Submitted"),
        CircleState.RETURNED: msg("Returned"),
        CircleState.REGISTERED: msg("Registered"),
        CircleState.DORMANT: msg("Dormant"),
        CircleState.DEREGISTERED: msg("Deregistered"),
    }
)


class MemberRow(Form):
    """One row of the list of members."""

    person_id = HiddenField()
    who = StringField(_l("Name or employee number"), [Optional(), Length(max=80)])
    duty = StringField(_l("Duty in the circle"), [Optional(), Length(max=80)])
    title = StringField(_l("Job title"), [Optional(), Length(max=80)])
    is_leader = BooleanField(_l("Leads the circle"))


class Names(list[Any]):
    """The data of the rows; as text, the names in them."""

    def __str__(self) -> str:
        return ", ".join(row["who"].strip() for row in self if (row["who"] or "").strip())


class MemberRows(FieldList):
    """The rows of members; rows without a name are left out."""

    @property
    def data(self) -> Names:
        """The data of all rows."""
        return Names(row.data for row in self.entries)


class CircleForm(VersionForm):
    """The registration form of a circle."""

    name = StringField(_l("Name of the circle"), [Needed(), Length(max=80)])
    slogan = StringField(_l("Slogan"), [Length(max=120)])
    department_id = SelectField(_l("Department"), coerce=whole_number, choices=[])
    founded_on = LocalDate(_l("Founded on"), [Optional()])
    members = MemberRows(FormField(MemberRow), _l("Members"), max_entries=MOST_ROWS)

    @classmethod
    def field_names(cls) -> set[str]:
        """Also the cells of the rows and the second button, so that a held form comes back whole."""
        cells = ("person_id", "who", "duty", "title", "is_leader")
        rows = {f"members-{row}-{cell}" for row in range(MOST_ROWS) for cell in cells}
        return super().field_names() | rows | {"submit"}

    def entries(self) -> list[MemberEntry]:
        """The filled rows; a stored member whose name was overwritten is looked up anew."""
        return [_entry(row.form) for row in self.members if (row.form.who.data or "").strip()]


class NewCircleForm(CircleForm):
    """The registration form with the choice of the company."""

    company_id = SelectField(_l("Company"), coerce=whole_number, choices=[])


class FactsForm(VersionForm):
    """A registered circle's facts; its members have acts of their own."""

    name = StringField(_l("Name of the circle"), [Needed(), Length(max=80)])
    slogan = StringField(_l("Slogan"), [Length(max=120)])
    department_id = SelectField(_l("Department"), coerce=whole_number, choices=[])
    founded_on = LocalDate(_l("Founded on"), [Optional()])


class MemberForm(BaseForm):
    """A colleague who joins; whatever is refused concerns who it is."""

    who = StringField(
        _l("Name or employee number"),
        [Needed(), Length(max=80)],
        description=_l("A name that nobody at the company bears is added as a colleague without an account."),
    )
    duty = StringField(_l("Duty in the circle"), [Length(max=80)])
    title = StringField(_l("Job title"), [Length(max=80)])

    def fill_from(self, invalid: Invalid) -> None:
        """Put every refusal beside the name."""
        invalid.field = "who"
        super().fill_from(invalid)


class DutyForm(BaseForm):
    """A member's duty and title."""

    duty = StringField(_l("Duty in the circle"), [Length(max=80)])
    title = StringField(_l("Job title"), [Length(max=80)])


class RenewForm(BaseForm):
    """The yearly renewal."""

    remark = TextAreaField(_l("What has changed since last year"), [Length(max=2000)], render_kw={"rows": 3})


class ActivityForm(BaseForm):
    """One entry of the activity log."""

    held_on = LocalDate(_l("Held on"), [Needed()])
    minutes = IntegerField(
        _l("Minutes"),
        [InputRequired(_l("Write a whole number.")), NumberRange(1, 1440, _l("From 1 to 1440 minutes."))],
        default=60,
    )
    summary = TextAreaField(
        _l("What was done"),
        [Needed(), Length(max=4000)],
        description=_l("One sentence is enough, for example: measured the leaks of steam line 2."),
    )
    attendees = SelectMultipleField(
        _l("Who took part"), [Needed(_l("Tick who took part."))], coerce=int, choices=[]
    )
    place = StringField(_l("Meeting place"), [Length(max=120)])
    photos = FilesField(_l("Photos"), several=True, description=_l("PNG, JPEG or WebP; at most 10 files."))
    project = HiddenField()
    step = HiddenField()

    def fill_from(self, invalid: Invalid) -> None:
        """Put a refused file beside the photos."""
        if invalid.field == "file":
            invalid.field = "photos"
        super().fill_from(invalid)

    @property
    def project_id(self) -> int | None:
        """The project the activity belongs to; None if the page was opened from the circle."""
        return whole_number(self.project.data)

    def offer(self, circle: Circle) -> None:
        """Offer the present members."""
        self.attendees.choices = [
            SelectChoice(member.id, member.person.name) for member in circle.present_members
        ]


class CorrectionForm(BaseForm):
    """A new version of an entry of the log."""

    held_on = LocalDate(_l("Held on"), [Needed()])
    minutes = IntegerField(
        _l("Minutes"),
        [InputRequired(_l("Write a whole number.")), NumberRange(1, 1440, _l("From 1 to 1440 minutes."))],
    )
    summary = TextAreaField(_l("What was done"), [Needed(), Length(max=4000)])
    attendees = SelectMultipleField(
        _l("Who took part"), [Needed(_l("Tick who took part."))], coerce=int, choices=[]
    )
    place = StringField(_l("Meeting place"), [Length(max=120)])
    reason = StringField(
        _l("Why it is corrected"),
        [Needed(_l("Please give the reason; the people concerned will read it.")), Length(max=500)],
    )

    def offer(self, circle: Circle, activity: Activity) -> None:
        """Offer the present members, and whoever is in the entry."""
        people = {member.id: member for member in circle.present_members}
        people |= {row.member_id: row.member for row in activity.attendance}
        self.attendees.choices = [SelectChoice(id_, people[id_].person.name) for id_ in sorted(people)]


class CircleFilter(QueryForm):
    """The filters of the list of circles."""

    q = StringField(_l("Name or number"))
    state = SelectField(_l("State"), choices=[], validate_choice=False)

    def offer(self, blank: str) -> None:
        """Offer all states."""
        self.state.choices = [SelectChoice("", blank)] + [
            SelectChoice(state.value, enum_label(state)) for state in CircleState
        ]

    @property
    def chosen_state(self) -> CircleState | None:
        """The state asked for; None for all, and for what is no state."""
        known = {state.value: state for state in CircleState}
        return known.get(self.state.data or "")


def stored_form(circle: Circle) -> dict[str, Any]:
    """A circle's stored facts and members as the form shows them."""
    return {
        "version": str(circle.version),
        "name": circle.name,
        "slogan": circle.slogan,
        "department_id": circle.department_id,
        "founded_on": circle.founded_on,
        "members": [
            {
                "person_id": f"{member.person_id}:{member.person.name}",
                "who": member.person.name,
                "duty": member.duty,
                "title": member.title,
                "is_leader": member.is_leader,
            }
            for member in circle.present_members
        ],
    }


def _entry(row: Any) -> MemberEntry:
    who = (row.who.data or "").strip()
    id_, _, name = (row.person_id.data or "").partition(":")
    known = whole_number(id_) if name == who else None
    return MemberEntry(
        who=who,
        person_id=known,
        duty=row.duty.data or "",
        title=row.title.data or "",
        is_leader=bool(row.is_leader.data),
    )


class PartnerForm(BaseForm):
    """A company, or a workshop of the circle's own company, that is asked to take part."""

    company = StringField(
        _l("Company"),
        [Needed(), Length(max=40)],
        description=_l("Its short code or credit code; your own for another workshop of yours."),
    )
    department = StringField(
        _l("Department or workshop"),
        [Length(max=80)],
        description=_l("Its name as it stands in that company's list; may stay empty for another company."),
    )
    share = DecimalText(
        _l("Share of the savings (percent)"),
        [Optional()],
        places=2,
        least=0,
        most=100,
        description=_l("Counts to that company on every board; the rest stays with the home company."),
    )
    reason = TextAreaField(_l("Why together"), [Needed(), Length(max=2000)], render_kw={"rows": 2})

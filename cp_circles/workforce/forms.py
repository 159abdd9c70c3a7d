"""What the pages about people at work capture."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget

from cp_circles.errors import Invalid, msg
from cp_circles.organisations.models import Company, Disclosure
from cp_circles.people.models import Role
from cp_circles.web.forms import BaseForm, FilesField, LocalDate, Needed, whole_number
from cp_circles.web.i18n import enum_label, label
from cp_circles.workforce.holding_queries import Holdings

FIELD_NAMES = {
    "name": _l("Full name"),
    "number": _l("Employee number"),
    "department": _l("Department"),
    "mobile": _l("Mobile number"),
    "email": _l("E-mail"),
    "started_on": _l("Works here since"),
    "ended_on": _l("Left on"),
}


class StaffFileForm(BaseForm):
    """A list of departments and employees."""

    file = FilesField(_l("CSV or Excel file"), [Needed(_l("Please choose a file."))])


class StoreStaffForm(BaseForm):
    """How the checked list is stored."""

    good_rows_only = BooleanField(_l("Store the good rows even if others are refused"))


class CodesForm(BaseForm):
    """Who gets a one-time code on the printed sheet."""

    people = SelectMultipleField(
        _l("People without e-mail"),
        coerce=int,
        choices=[],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class LeavingForm(BaseForm):
    """A colleague's last day, and to whom the open tasks go; `leaving_form` adds circles and roles."""

    last_day = LocalDate(_l("Last day"), [Needed()])
    tasks_to = SelectField(_l("Open tasks go to"), coerce=int, choices=[])
    to_company = StringField(
        _l("Moves to another company"),
        [Length(max=20)],
        description=_l(
            "Its short code. Its department is asked to take the person in with the same account."
        ),
    )
    reason = TextAreaField(_l("Reason"), [Needed(), Length(max=2000)], render_kw={"rows": 2})


def leaving_form(held: Holdings, colleagues: Mapping[int, str]) -> LeavingForm:
    """The form with one choice for each circle led (`leader_<id>`) and each role (`role_<name>`)."""
    fields: dict[str, Any] = {}
    for circle in held.led:
        others = {
            row.person_id: colleagues.get(row.person_id, row.person.name)
            for row in circle.present_members
            if row.person_id != held.person.id
        }
        missing = _l("Choose who leads the circle %(name)s from now on.", name=circle.name)
        name = _l("Who leads %(name)s", name=circle.name)
        fields[f"leader_{circle.id}"] = _somebody(name, others, missing)
    others = {id_: name for id_, name in colleagues.items() if id_ != held.person.id}
    people = [SelectChoice(id_, name) for id_, name in others.items()]
    for role in held.roles:
        name = _l("Who becomes: %(role)s", role=enum_label(role))
        if role is Role.DEPARTMENT and role in held.sole_roles:
            missing = _l("Choose who heads the department from now on: nobody else does.")
            fields[f"role_{role.value}"] = _somebody(name, others, missing)
            continue
        empty = SelectChoice(0, str(_l("Nobody")))
        fields[f"role_{role.value}"] = SelectField(name, coerce=int, choices=[empty, *people])
    form: LeavingForm = type("ThisLeavingForm", (LeavingForm,), fields)()
    form.tasks_to.choices = [SelectChoice(0, str(_l("The department"))), *people]
    return form


def _somebody(name: Any, people: Mapping[int, str], missing: Any) -> SelectField:
    """A choice that cannot be left out, with nobody chosen beforehand."""
    choices = [SelectChoice("", "–"), *(SelectChoice(id_, label) for id_, label in people.items())]
    return SelectField(name, [Needed(missing)], coerce=whole_number, choices=choices)


class MoveForm(BaseForm):
    """The department to which a colleague moves."""

    department_id = SelectField(_l("Department"), [Needed()], coerce=int, choices=[])


class ArrivalForm(BaseForm):
    """Where somebody works who comes from another company."""

    employee_number = StringField(_l("Employee number"), [Length(max=40)])
    department_id = SelectField(_l("Department"), coerce=int, choices=[])


class _Merging(BaseForm):
    """What both merges ask: at first only for the doubled row, then a comparison and a reason."""

    sure: BooleanField
    reason: TextAreaField

    def ask_for_reason(self) -> None:
        """Call the reason needed: what would move is shown now."""
        self.reason.flags.required = True

    def is_confirmed(self) -> bool:
        """False for the first step; Invalid where the second was sent without its tick."""
        if self.reason.raw_data and not self.sure.data:
            text = msg("Compare both rows above, then tick here: a merge cannot be undone.")
            raise Invalid(text, field="sure")
        return bool(self.sure.data)


class MergeForm(_Merging):
    """The other row of a person, and why the two are one."""

    doubled = StringField(
        _l("The doubled row"),
        [Needed(), Length(max=160)],
        description=_l(
            "Its number on the platform, e-mail, mobile number, or company code and employee number."
        ),
    )
    sure = BooleanField(_l("I have compared both: they are the same person"))
    reason = TextAreaField(_l("Reason"), [Length(max=2000)], render_kw={"rows": 2})


class MergeCompaniesForm(_Merging):
    """The doubled row of a company, what holds where the two differ, and why they are one."""

    doubled = StringField(
        _l("The doubled company"),
        [Needed(), Length(max=40)],
        description=_l("Its short code, credit code, or number on the platform."),
    )
    region = SelectField(_l("The company sits in"), coerce=whole_number, choices=[], validate_choice=False)
    disclosure = SelectField(_l("On public pages"), choices=[], validate_choice=False)
    sure = BooleanField(_l("I have compared both: they are the same company"))
    reason = TextAreaField(_l("Reason"), [Length(max=2000)], render_kw={"rows": 2})

    def offer(self, kept: Company, doubled: Company) -> None:
        """The choices where the two differ; nothing is chosen beforehand."""
        nothing = ("", "–")
        places = {row.region_id: row.region for row in (kept, doubled)}
        self.region.choices = [nothing, *((str(id_), label(row)) for id_, row in places.items())]
        levels = [SelectChoice(level.value, enum_label(level)) for level in Disclosure]
        self.disclosure.choices = [nothing, *levels]

    @property
    def chosen_disclosure(self) -> Disclosure | None:
        """The level; None where nothing is chosen."""
        known = {level.value: level for level in Disclosure}
        return known.get(self.disclosure.data or "")

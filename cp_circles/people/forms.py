"""What the pages about people capture."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, PasswordField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import EqualTo, Length, Optional

from cp_circles.errors import msg
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import COMPANY_ROLES
from cp_circles.web.forms import BaseForm, Identifier, LocalDate, Needed, QueryForm
from cp_circles.web.i18n import enum_label, register_labels

NAME_HINT = _l("E-mail, mobile number, or company code and employee number, for example T001 12345")

register_labels(
    {
        Role.METERING: msg("metering verifier"),
        Role.FINANCE: msg("finance verifier"),
        Role.THIRD_PARTY: msg("third-party verifier"),
    }
)


class SignInForm(BaseForm):
    """One name of three kinds, and the password."""

    identifier = Identifier(
        _l("Account"),
        [Needed(), Length(max=160)],
        description=NAME_HINT,
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Password"), [Needed(), Length(max=200)], render_kw={"autocomplete": "current-password"}
    )
    next = HiddenField()


class NewPasswordForm(BaseForm):
    """A new password, typed twice."""

    password = PasswordField(
        _l("New password"),
        [Needed(), Length(max=200)],
        description=_l("At least 8 characters; four words are easy to keep in mind."),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("The new password again"),
        [Needed(), EqualTo("password", _l("The two passwords differ. Please type them again."))],
        render_kw={"autocomplete": "new-password"},
    )


class CodeForm(NewPasswordForm):
    """The one-time code from the department, and a password of one's own."""

    identifier = Identifier(
        _l("Account"),
        [Needed(), Length(max=160)],
        description=NAME_HINT,
        render_kw={"autocomplete": "username", "autocapitalize": "none"},
    )
    code = StringField(
        _l("One-time code"),
        [Needed(), Length(max=40)],
        description=_l("Eight signs, as your department gave it to you."),
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "characters"},
    )


class ForgotForm(BaseForm):
    """The account whose password is forgotten."""

    identifier = Identifier(
        _l("Account"),
        [Needed(), Length(max=160)],
        description=NAME_HINT,
        render_kw={"autocomplete": "username"},
    )


class PasswordForm(BaseForm):
    """The password once more, before signing."""

    password = PasswordField(
        _l("Password"), [Needed(), Length(max=200)], render_kw={"autocomplete": "current-password"}
    )
    next = HiddenField()


class ChangePasswordForm(NewPasswordForm):
    """The present and the new password."""

    old = PasswordField(
        _l("Present password"), [Needed(), Length(max=200)], render_kw={"autocomplete": "current-password"}
    )


class InviteForm(BaseForm):
    """A person to be added to a company."""

    name = StringField(_l("Full name"), [Needed(), Length(max=80)])
    email = StringField(_l("E-mail"), [Length(max=160)], render_kw={"type": "email", "inputmode": "email"})
    mobile = StringField(_l("Mobile number"), [Length(max=30)], render_kw={"inputmode": "tel"})
    employee_number = StringField(_l("Employee number"), [Length(max=40)])
    department_id = SelectField(_l("Department"), coerce=int, choices=[])
    role = SelectField(_l("Role in the company"), choices=[])
    with_code = BooleanField(_l("Show a one-time code now, for somebody without e-mail"))

    def offer(self, departments: list[tuple[int, str]]) -> None:
        """Offer the company's departments and the roles its department may give."""
        self.department_id.choices = [SelectChoice(0, "–"), *(SelectChoice(*row) for row in departments)]
        self.role.choices = [SelectChoice("", str(_l("None yet"))), *company_role_choices()]


class GrantForm(BaseForm):
    """A role within one's own company."""

    role = SelectField(_l("Role"), [Needed()], choices=[])
    until = LocalDate(_l("Until"), [Optional()])

    def offer(self) -> None:
        """Offer the roles that a company's department may give."""
        self.role.choices = company_role_choices()


class AnyGrantForm(BaseForm):
    """Any role in any scope, for the administrator."""

    role = SelectField(_l("Role"), [Needed()], choices=[])
    scope_kind = SelectField(_l("Scope"), [Needed()], choices=[])
    scope_id = StringField(
        _l("Number or code of the scope"),
        [Length(max=20)],
        description=_l("A region's code, a company's short code, or the number of a circle or round."),
    )
    until = LocalDate(_l("Until"), [Optional()])
    reason = TextAreaField(_l("Reason"), [Length(max=2000)], render_kw={"rows": 2})

    def offer(self) -> None:
        """Offer every role and scope."""
        self.role.choices = [SelectChoice(role.value, enum_label(role)) for role in Role]
        self.scope_kind.choices = [SelectChoice(kind.value, enum_label(kind)) for kind in ScopeKind]


class SeeingForm(QueryForm):
    """A role and where it is held."""

    role = SelectField(_l("Role"), choices=[])
    scope_kind = SelectField(_l("Scope"), choices=[])
    scope_id = StringField(
        _l("Number or code of the scope"),
        [Length(max=20)],
        description=_l("A region's code, a company's short code, or the number of a circle or round."),
    )

    def offer(self) -> None:
        """Offer every role but the administrator's, and every scope."""
        roles = [role for role in Role if role is not Role.ADMINISTRATOR]
        kinds = [ScopeKind.COMPANY, *(kind for kind in ScopeKind if kind is not ScopeKind.COMPANY)]
        self.role.choices = [SelectChoice(role.value, enum_label(role)) for role in roles]
        self.scope_kind.choices = [SelectChoice(kind.value, enum_label(kind)) for kind in kinds]


class StandInForm(BaseForm):
    """Who signs for whom, in which role and on which days."""

    person_id = SelectField(_l("Who is away"), [Needed()], choices=[])
    role = SelectField(_l("Role"), [Needed()], choices=[])
    stand_in_id = SelectField(_l("Stand-in"), [Needed()], choices=[])
    since = LocalDate(_l("First day"), [Needed()])
    until = LocalDate(_l("Last day"), [Needed()])
    reason = TextAreaField(_l("Reason"), [Needed(), Length(max=2000)], render_kw={"rows": 2})


def company_role_choices() -> list[SelectChoice]:
    """The roles that a company's department may give, in the reader's words."""
    return [SelectChoice(role.value, enum_label(role)) for role in COMPANY_ROLES]

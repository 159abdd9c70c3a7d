"""What an announcement asks for."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import ROLE_ORDER
from cp_circles.web.forms import BaseForm, FilesField, LocalDate, Needed
from cp_circles.web.i18n import enum_label


class AnnouncementForm(BaseForm):
    """Title, text, to whom and for how long."""

    title = StringField(_l("Heading of the announcement"), [Needed(), Length(max=120)])
    text = TextAreaField(_l("Text"), [Needed(), Length(max=8000)])
    scope = SelectField(_l("For"), [Needed()])
    roles = SelectMultipleField(
        _l("Only for these roles"), description=_l("Tick none to reach everybody who works there.")
    )
    starts_on = LocalDate(_l("From"), [Needed()])
    ends_on = LocalDate(_l("Until"), description=_l("Leave empty to show it until it is withdrawn."))
    pinned = BooleanField(_l("Pin it to the top"))
    by_mail = BooleanField(_l("Send it by mail too, on its first day"))
    files = FilesField(
        _l("Attachments"), several=True, description=_l("PDF, Office, text or pictures; at most 10 files.")
    )

    def offer(self, scopes: list[tuple[str, str]]) -> None:
        """Offer the scopes (value, name) and the roles."""
        self.scope.choices = [SelectChoice(value, name) for value, name in scopes]
        self.roles.choices = [SelectChoice(role.value, enum_label(role)) for role in ROLE_ORDER]

    @property
    def chosen_scope(self) -> tuple[ScopeKind, int]:
        """The kind and id behind the choice."""
        kind, _, id_ = str(self.scope.data).partition(":")
        return ScopeKind(kind), int(id_)

    @property
    def chosen_roles(self) -> list[Role]:
        """The ticked roles."""
        return [Role(value) for value in self.roles.data or []]

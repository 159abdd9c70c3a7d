"""The filter of a board and the form that freezes its public copy."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from cp_circles.circles.models import Circle
from cp_circles.web.forms import BaseForm, Needed, QueryForm


class BoardForm(QueryForm):
    """What a board shows; every part stands in the address."""

    metric = SelectField(_l("Metric"), validate_choice=False)
    per = SelectField(_l("Ranked by"), validate_choice=False)
    basis = SelectField(_l("Basis"), validate_choice=False)
    currency = SelectField(_l("Currency"), validate_choice=False)
    season = SelectMultipleField(_l("Seasons"), validate_choice=False)
    region = SelectField(_l("Region"), validate_choice=False)
    domain = SelectField(_l("Domain"), validate_choice=False)
    focus = SelectField(_l("Focus area"), validate_choice=False)
    section = SelectField(_l("Industry"), validate_choice=False)
    division = SelectField(_l("Division of the industry"), validate_choice=False)
    method = SelectField(_l("Method"), validate_choice=False)
    size = SelectField(_l("Size of the company"), validate_choice=False)
    award = SelectField(_l("Award"), validate_choice=False)


class CaseForm(BaseForm):
    """For which of the reader's circles a project begins from a published case."""

    circle = SelectField(_l("Circle"), [Needed()], choices=[], validate_choice=False)

    def offer(self, circles: Iterable[Circle]) -> None:
        """Offer the reader's registered circles."""
        self.circle.choices = [SelectChoice(str(one.id), one.name) for one in circles]


class FreezeForm(BaseForm):
    """Hold the public boards of a season still."""

    season = HiddenField()
    reason = TextAreaField(
        _l("Reason"),
        [Needed(_l("Please give the reason; it is shown on the public boards.")), Length(max=500)],
    )

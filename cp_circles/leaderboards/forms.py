"""The filter of a board and the form that freezes its public copy."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.validators import Length

from cp_circles.web.forms import BaseForm, Needed, QueryForm


class BoardForm(QueryForm):
    """What a board shows; every part stands in the address."""

    season = SelectField(_l("Season"), validate_choice=False)
    metric = SelectField(_l("Metric"), validate_choice=False)
    per = SelectField(_l("Ranked by"), validate_choice=False)
    domain = SelectField(_l("Domain"), validate_choice=False)
    focus = SelectField(_l("Focus area"), validate_choice=False)
    industry = SelectField(_l("Industry"), validate_choice=False)
    basis = SelectField(_l("Basis"), validate_choice=False)
    currency = SelectField(_l("Currency"), validate_choice=False)


class FreezeForm(BaseForm):
    """Hold the public boards of a season still."""

    season = HiddenField()
    reason = TextAreaField(
        _l("Reason"),
        [Needed(_l("Please give the reason; it is shown on the public boards.")), Length(max=500)],
    )

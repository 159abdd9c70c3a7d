"""Forms of awards."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, IntegerField
from wtforms.validators import InputRequired, NumberRange

from cp_circles.judging.services.bans import MOST_SEASONS
from cp_circles.web.forms import ReasonForm


class AnnulmentForm(ReasonForm):
    """Why a result is declared falsified, and what follows; `seen` is the state that was shown."""

    seasons = IntegerField(
        _l("Seasons in which the circle enters nothing"), [InputRequired(), NumberRange(0, MOST_SEASONS)]
    )
    with_savings = BooleanField(_l("Take the savings of the project off the boards and the ledger"))
    seen = HiddenField()

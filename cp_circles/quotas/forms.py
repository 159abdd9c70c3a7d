"""Forms of places: giving them back and handing them on."""

from flask_babel import lazy_gettext as _l
from wtforms import (
    IntegerField,
    SelectField,
)
from wtforms.validators import NumberRange

from cp_circles.web.forms import (
    Needed,
    ReasonForm,
)


class ReturnPlacesForm(ReasonForm):
    """Places of the round above that are given back."""

    track = SelectField(_l("Track"), [Needed()])
    places = IntegerField(_l("Places"), [Needed(), NumberRange(1, 9999)])


class HandOnForm(ReturnPlacesForm):
    """Returned places, and the unit that gets them; without a unit the rule decides."""

    unit = SelectField(_l("Recommending unit"))

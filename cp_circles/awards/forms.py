"""Forms of awards."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange

from cp_circles.judging.services.bans import MOST_SEASONS
from cp_circles.web.forms import BaseForm, ReasonForm


def offered(pairs: Iterable[tuple[int, str]]) -> list[SelectChoice]:
    """Ids and their labels, as a choice shows them."""
    return [SelectChoice(value, label) for value, label in pairs]


class AnnulmentForm(ReasonForm):
    """Why a result is declared falsified, and what follows; `seen` is the state that was shown."""

    seasons = IntegerField(
        _l("Seasons in which the circle enters nothing"), [InputRequired(), NumberRange(0, MOST_SEASONS)]
    )
    with_savings = BooleanField(_l("Take the savings of the project off the boards and the ledger"))
    seen = HiddenField()


class SpecialForm(ReasonForm):
    """Who is to have a special award, and why."""

    holder = SelectField(_l("Awarded to"), [InputRequired()], coerce=int)


class RewardRuleForm(BaseForm):
    """The reward rule that a company takes up."""

    edition_id = SelectField(_l("Reward rule"), [InputRequired()], coerce=int)


class GrantForm(BaseForm):
    """Granting a reward; `seen` is the sum that was shown."""

    seen = HiddenField()

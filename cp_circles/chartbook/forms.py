"""The form of a season's plan."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from cp_circles.web.forms import DecimalText, VersionForm


class PlanForm(VersionForm):
    """What a region plans to save, in the unit in which the metric is shown; empty takes the plan away."""

    amount = DecimalText(_l("Planned total of the season"), [Optional()], places=2, least=0)

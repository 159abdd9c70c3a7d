"""Forms of standings: computing, moving a reserve up, and the calendar of holidays."""

from flask_babel import lazy_gettext as _l
from wtforms import (
    HiddenField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length

from cp_circles.web.forms import (
    REASON,
    BaseForm,
    LocalDate,
    Needed,
    VersionForm,
    choices,
)


class ComputeForm(VersionForm):
    """Computing a standing; again only with a reason, after its outlook (`seen`) was shown."""

    seen = HiddenField()
    reason = TextAreaField(_l("Reason"), [Length(max=2000)], render_kw=REASON)


class ReserveForm(BaseForm):
    """The track in which a place came back."""

    track = HiddenField(validators=[Needed()])


class CalendarDayForm(BaseForm):
    """A holiday or a make-up working day."""

    day = LocalDate(_l("Day"), [Needed()])
    is_worked = RadioField(
        _l("What it is"),
        [Needed()],
        choices=choices([("off", _l("Holiday")), ("worked", _l("Working day"))]),
        default="off",
    )
    name = StringField(_l("Holiday or plan"), [Needed(), Length(max=60)])

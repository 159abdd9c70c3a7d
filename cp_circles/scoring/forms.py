"""Forms of the judge's desk."""

from flask_babel import lazy_gettext as _l
from wtforms import (
    HiddenField,
    TextAreaField,
)
from wtforms.validators import Length

from cp_circles.web.forms import (
    VersionForm,
)


class SheetForm(VersionForm):
    """A score sheet; the criteria's fields come from its rubric."""

    comment = TextAreaField(_l("Overall comment (the circle will read it)"), [Length(max=4000)])
    act = HiddenField(default="save")
    spent = HiddenField(default="0")

    @property
    def spent_seconds(self) -> int:
        """The seconds on the desk since the last save; 0 for anything that is no number."""
        text = str(self.spent.data or "")
        return int(text) if text.isdecimal() and len(text) < 7 else 0

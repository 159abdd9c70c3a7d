"""The short form of a reading on the circle's home, which the metering room stores; a comment."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from cp_circles.web.forms import BaseForm, DecimalText, LocalDate, Needed


class QuickReading(BaseForm):
    """What one meter counted in the period it lacks next."""

    starts_on = LocalDate(_l("From"), [Needed()])
    ends_on = LocalDate(_l("To"), [Needed()])
    quantity = DecimalText(_l("Quantity in the period"), [Needed()], least=0)
    note = HiddenField()
    send_key = HiddenField()


class CommentForm(BaseForm):
    """A comment on a circle, a claim or a result."""

    text = TextAreaField(_l("Comment"), [Needed(), Length(max=4000)])

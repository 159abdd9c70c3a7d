"""What the pages about one's own data capture."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, PasswordField, TextAreaField
from wtforms.validators import InputRequired, Length

from cp_circles.web.forms import BaseForm, FilesField, Needed


class AgreeForm(BaseForm):
    """The edition that was read, and where to go on."""

    edition = HiddenField()
    next = HiddenField()

    @property
    def edition_id(self) -> int:
        """The edition that was shown; 0 if it was tampered with, which is never the newest."""
        text = str(self.edition.data or "")
        return int(text) if text.isdecimal() and len(text) < 10 else 0


class EraseForm(BaseForm):
    """The password, before all that is personal goes."""

    password = PasswordField(
        _l("Password"), [Needed(), Length(max=200)], render_kw={"autocomplete": "current-password"}
    )


class PaperForm(BaseForm):
    """The scan of a consent that was signed on paper."""

    scan = FilesField(
        _l("Scan of the signed paper"),
        [Needed(_l("Please choose a file."))],
        description=_l("A PDF or a picture."),
    )


class WorkerErasureForm(BaseForm):
    """That a worker without an account asked for the erasure, and that it is meant."""

    reason = TextAreaField(
        _l("How and when the person asked for it"),
        [Needed(), Length(max=2000)],
        description=_l("For example: letter of 3 March, kept by the department. Without the name."),
        render_kw={"rows": 2},
    )
    sure = BooleanField(
        _l("I have the written request, and know that this cannot be undone"),
        [InputRequired(_l("Tick this first: the erasure cannot be undone."))],
    )

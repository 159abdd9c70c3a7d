"""What the pages about one's own data capture."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField
from wtforms.validators import Length

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

    scan = FilesField(_l("Scan of the signed paper"), description=_l("A PDF or a picture."))

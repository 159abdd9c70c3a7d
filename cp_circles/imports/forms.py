"""What the pages of imports capture: a mapping with a file, and how it is stored."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from cp_circles.imports.storing import SKIP, UPDATE
from cp_circles.web.forms import BaseForm, FilesField, Needed


class UploadForm(BaseForm):
    """A mapping and the file to read through it."""

    mapping = SelectField(_l("Mapping"), [Needed()])
    file = FilesField(_l("CSV or Excel file"), [Needed(_l("Please choose a file."))])


class StoreForm(BaseForm):
    """How the checked file is stored."""

    changed = RadioField(
        _l("Projects whose row has changed since an earlier import"),
        [Needed()],
        choices=[
            SelectChoice(SKIP, _l("Leave them as they are")),
            SelectChoice(UPDATE, _l("Update them from the file")),
        ],
        default=SKIP,
    )
    good_rows_only = BooleanField(_l("Store the good rows even if others are refused"))
    send_key = HiddenField()

"""What the pages about people at work capture."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from cp_circles.web.forms import BaseForm, FilesField, Needed

FIELD_NAMES = {
    "name": _l("Full name"),
    "number": _l("Employee number"),
    "department": _l("Department"),
    "mobile": _l("Mobile number"),
    "email": _l("E-mail"),
    "started_on": _l("Works here since"),
    "ended_on": _l("Left on"),
}


class StaffFileForm(BaseForm):
    """A list of departments and employees."""

    file = FilesField(_l("CSV or Excel file"), [Needed(_l("Please choose a file."))])


class StoreStaffForm(BaseForm):
    """How the checked list is stored."""

    good_rows_only = BooleanField(_l("Store the good rows even if others are refused"))


class CodesForm(BaseForm):
    """Who gets a one-time code on the printed sheet."""

    people = SelectMultipleField(
        _l("People without e-mail"),
        coerce=int,
        choices=[],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

"""The form of a sheet: title, step and note as fields; the tool's own inputs are described by its schema."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from cp_circles.errors import Invalid, msg
from cp_circles.tools.checking import NOTE_MAX, TITLE_MAX
from cp_circles.web.fields import Needed
from cp_circles.web.forms import VersionForm


class SheetForm(VersionForm):
    """What every sheet has; it carries the version that was shown and the source it was filled from."""

    title = StringField(
        _l("Title of the sheet"),
        [Needed(_l("Give the sheet a title.")), Length(max=TITLE_MAX)],
        render_kw={"maxlength": TITLE_MAX},
    )
    step_key = SelectField(_l("Step"), choices=[], validate_choice=True)
    note = TextAreaField(
        _l("Note"),
        [Length(max=NOTE_MAX)],
        description=_l("Where the data come from, and what the circle concluded."),
        render_kw={"rows": 3, "maxlength": NOTE_MAX},
    )
    source = HiddenField(default="")

    def fill_from(self, invalid: Invalid) -> None:
        """Put a refusal beside its field; one of the tool's own inputs stands at them already."""
        if invalid.field not in {*self._fields, "pairs", ""}:
            invalid = Invalid(msg("The inputs are not complete; see what is marked."))
        super().fill_from(invalid)

    def offer_steps(self, steps: Iterable[tuple[str, str]]) -> None:
        """Offer these steps by key and name, and the project as a whole."""
        choices: list[Any] = [SelectChoice("", str(_l("The project as a whole")))]
        self.step_key.choices = choices + [SelectChoice(key, name) for key, name in steps]

"""What the pages about rulesets capture."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from cp_circles.rulesets.loader import MAX_CHARACTERS
from cp_circles.web.forms import BaseForm, Needed

KIND_LABELS = {
    "track": _l("Tracks"),
    "method": _l("Methods"),
    "rubric": _l("Rubrics"),
    "round_rule": _l("Round rules"),
    "ladder": _l("Ladders of selection"),
    "award_scheme": _l("Award schemes"),
    "panel_costs": _l("Costs of pairing judges with entries"),
    "reward_rule": _l("Reward rules"),
    "factors": _l("Conversion and emission factors"),
    "indicators": _l("Catalogue of indicators"),
    "vocabulary": _l("Vocabulary and metrics"),
    "regions": _l("Regions"),
    "industries": _l("Industries"),
    "mapping": _l("Mappings of foreign files"),
    "duty_sheet": _l("Sheets of inspection and appraisal"),
    "consent": _l("Notices on personal data"),
}


class EditionForm(BaseForm):
    """The kind and the text of a new edition."""

    kind = SelectField(
        _l("Kind"), [Needed()], choices=[SelectChoice(key, label) for key, label in KIND_LABELS.items()]
    )
    text = TextAreaField(
        _l("Text of the pack"),
        [Needed(), Length(max=MAX_CHARACTERS)],
        description=_l("Give it a new edition; what is registered keeps the edition that it is bound to."),
        render_kw={"spellcheck": "false", "class": "mono"},
    )

"""Forms of objections: filing one, refusing it, and deciding with reasons."""

from flask_babel import lazy_gettext as _l
from wtforms import (
    HiddenField,
    RadioField,
    SelectField,
    TextAreaField,
)
from wtforms.validators import Length, Optional

from cp_circles.web.forms import (
    REASON,
    BaseForm,
    FilesField,
    Needed,
    VersionForm,
    choices,
    whole_number,
)


class ObjectionForm(BaseForm):
    """An objection with its facts and, if there is one, a file."""

    entry_id = SelectField(_l("Entry"), [Needed()], coerce=int)
    text = TextAreaField(
        _l("What is wrong, and how you know"), [Needed(), Length(max=8000)], render_kw={"rows": 8}
    )
    evidence = FilesField(_l("Evidence"))


class DecisionForm(VersionForm):
    """The reasoned decision on an objection."""

    effect = RadioField(
        _l("Decision"),
        [Needed()],
        choices=choices(
            [
                ("none", _l("Dismissed: the list stands")),
                ("disqualify", _l("Upheld: the entry is disqualified and the standing computed anew")),
                ("set_aside", _l("Upheld: the scores of one judge for this entry do not count")),
                ("rescore", _l("Upheld: the entry is scored again and the list published anew")),
            ]
        ),
    )
    judge = SelectField(_l("Judge whose scores do not count"), [Optional()], coerce=whole_number)
    seen = HiddenField()
    decision = TextAreaField(_l("Reasons"), [Needed(), Length(max=8000)], render_kw={"rows": 6})


class RefusalForm(VersionForm):
    """Why an objection is not admissible."""

    reason = TextAreaField(_l("Reason"), [Needed(), Length(max=2000)], render_kw=REASON)

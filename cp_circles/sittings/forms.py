"""Forms of deliberations, talks, exercises and sheets from paper."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from cp_circles.sittings.models import PanelDecision
from cp_circles.web.forms import BaseForm, FilesField, Needed, VersionForm, whole_number


class SendForm(BaseForm):
    """Which entry goes to its panel in which stage, and why."""

    entry_id = HiddenField(validators=[Needed()])
    stage = HiddenField(validators=[Needed()])
    reason = TextAreaField(
        _l("Reason"), [Needed(), Length(max=2000)], render_kw={"rows": 3, "maxlength": 2000}
    )


class MinutesForm(BaseForm):
    """One paragraph of the minutes."""

    text = TextAreaField(_l("Minutes of the panel"), [Needed(), Length(max=4000)], render_kw={"rows": 4})


class PanelDecisionForm(BaseForm):
    """What the panel decided, who took part, and the reasons."""

    decision = RadioField(
        _l("Decision"),
        [Needed()],
        choices=[
            SelectChoice(PanelDecision.KEEP.value, _l("The scores stand")),
            SelectChoice(PanelDecision.REOPEN.value, _l("The judges score again: their sheets are reopened")),
            SelectChoice(PanelDecision.THIRD_READER.value, _l("Another judge reads the entry as well")),
        ],
    )
    reader = SelectField(_l("Judge who reads it as well"), coerce=whole_number)
    present = SelectMultipleField(_l("Who took part"), [Needed()], coerce=int)
    text = TextAreaField(_l("Reasons"), [Needed(), Length(max=4000)], render_kw={"rows": 4})


class StepForm(BaseForm):
    """The next step of a talk."""

    step = HiddenField(validators=[Needed()])


class ExerciseForm(BaseForm):
    """An example with its rubric; the reference points come from the rubric's own fields."""

    rubric = SelectField(_l("Rubric"), [Needed()], coerce=int)
    title = StringField(_l("Title of the example"), [Needed(), Length(max=120)])
    text = TextAreaField(_l("The example"), [Length(max=20000)], render_kw={"rows": 8})
    file = FilesField(_l("File of the example"))
    reference_note = TextAreaField(
        _l("Why the reference is as it is"), [Length(max=4000)], render_kw={"rows": 4}
    )


class AnswerForm(BaseForm):
    """A judge's points on an example; the criteria's fields come from its rubric."""

    comment = TextAreaField(_l("Comment"), [Length(max=4000)], render_kw={"rows": 3})


class PaperForm(VersionForm):
    """What a judge wrote on paper, with its scan; the criteria's fields come from the rubric."""

    comment = TextAreaField(_l("Overall comment (the circle will read it)"), [Length(max=4000)])
    scan = FilesField(
        _l("Scan or photo of the signed sheet"),
        [Needed(_l("Please attach the scan of the signed sheet."))],
    )
